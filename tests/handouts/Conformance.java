import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/**
 * Asks veraPDF whether PDFs conform to PDF/UA-1, all in one run of the virtual machine.
 *
 * <p>Takes file names. Prints a line for each file: its name, how many checks were made, and the
 * number of broken rules; then, indented, each rule that was broken, how often and where first.
 */
public class Conformance {
  private static final String RULES = "org/verapdf/pdfa/validation/PDFUA-1.xml";

  public static void main(String[] names) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    var source = Conformance.class.getClassLoader().getResourceAsStream(RULES);
    ValidationProfile rules = Profiles.profileFromXml(source);
    for (String name : names) {
      tell(name, examined(new File(name), rules));
    }
  }

  private static ValidationResult examined(File file, ValidationProfile rules) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.PDFUA_1;
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
        PDFAValidator validator =
            Foundries.defaultInstance().createValidator(rules, Integer.MAX_VALUE, false, true, false)) {
      return validator.validate(parser);
    }
  }

  private static void tell(String name, ValidationResult result) {
    Map<String, String> broken = new TreeMap<>();
    Map<String, Integer> times = new TreeMap<>();
    for (TestAssertion one : result.getTestAssertions()) {
      if (one.getStatus() == TestAssertion.Status.FAILED) {
        var rule = one.getRuleId();
        String said = rule.getClause() + "-" + rule.getTestNumber() + " " + one.getMessage();
        broken.putIfAbsent(said, one.getLocation().getContext());
        times.merge(said, 1, Integer::sum);
      }
    }
    System.out.println(name + "\t" + result.getTotalAssertions() + "\t" + broken.size());
    broken.forEach(
        (said, place) -> System.out.println("  " + times.get(said) + " times: " + said + " at " + place));
  }
}
