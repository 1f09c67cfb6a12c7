"""What columns of client lists are called, in English, Spanish and German, and by other programs."""

from practice.couples.names import fold


def phrases(*names: str) -> frozenset[str]:
    """Names of columns as they are compared: lower case, no accents, one space between words."""
    return frozenset(fold(name) for name in names)


#: What may tell of a person: its name on the page, and what columns of it are called.
OF_A_PERSON: dict[str, tuple[str, frozenset[str]]] = {
    "first_name": (
        "First name",
        phrases(
            *("first name", "firstname", "first", "given name", "givenname", "forename", "fname"),
            *("name first", "first names", "legal first name", "christian name", "given"),
            *("first name legal", "vorname", "vornamen", "nombres", "primer nombre"),
            *("nombre de pila", "nombre propio", "prenom"),
        ),
    ),
    "last_name": (
        "Last name",
        phrases(
            *("last name", "lastname", "last", "surname", "family name", "familyname", "lname"),
            *("name last", "last names", "legal last name", "last name legal", "second surname"),
            *("nachname", "familienname", "zuname", "apellido", "apellidos", "primer apellido"),
            *("segundo apellido", "apellido paterno", "apellido materno", "nom de famille"),
        ),
    ),
    "name": (
        "Full name",
        phrases(
            *("name", "full name", "fullname", "display name", "complete name", "names", "nombre"),
            *("legal name", "name full", "nombre completo", "nombre y apellido"),
            *("nombre y apellidos", "nombres y apellidos", "apellidos y nombre"),
            *("apellidos y nombres", "vollstandiger name", "ganzer name", "vor und nachname"),
            *("name vorname", "nachname vorname", "vorname nachname", "last name first name"),
            *("first and last name", "first name last name", "name last first", "name first last"),
        ),
    ),
    "goes_by": (
        "Goes by",
        phrases(
            *("goes by", "preferred name", "preferred first name", "nickname", "nick name"),
            *("known as", "chosen name", "name preferred", "prefers", "apodo", "nombre preferido"),
            *("rufname", "spitzname", "nombre elegido"),
        ),
    ),
    "pronouns": ("Pronouns", phrases("pronouns", "pronoun", "pronombres", "pronomen")),
    "born_on": (
        "Date of birth",
        phrases(
            *("date of birth", "dob", "birth date", "birthdate", "birthday", "born", "born on"),
            *("date birth", "birth", "fecha de nacimiento", "fecha nacimiento", "nacimiento"),
            *("f nacimiento", "fecha nac", "fecha de nac", "f nac", "cumpleanos", "geburtsdatum"),
            *("geburtstag", "geb", "geboren", "geboren am", "geb datum", "geb dat", "date of bith"),
        ),
    ),
    "email": (
        "E-mail",
        phrases(
            *("email", "email address", "mail", "emails", "email addresses", "primary email"),
            *("personal email", "home email", "work email", "email home", "email work"),
            *("other email", "secondary email", "alternate email", "email value", "main email"),
            *(
                "correo",
                "correo electronico",
                "direccion de correo",
                "email adresse",
                "emailadresse",
            ),
            *("direccion de correo electronico", "mail adresse", "mailadresse", "email personal"),
            *("email privat", "email primary", "contact email", "email addr"),
        ),
    ),
    "phone": (
        "Phone",
        phrases(
            *(
                "phone",
                "phone number",
                "phone no",
                "telephone",
                "telephone number",
                "tel",
                "phones",
            ),
            *("telephone no", "primary phone", "main phone", "phone value", "contact number"),
            *("phone numbers", "tel no", "phone main", "phone primary", "contact phone"),
            *("telefon", "telefonnummer", "tel nr", "telefon nr", "rufnummer", "telefono"),
            *("telefonos", "numero de telefono", "num telefono", "telefono principal"),
            *(
                "mobile",
                "mobile phone",
                "mobile number",
                "mobile no",
                "mobile phone number",
                "cell",
            ),
            *(
                "cell phone",
                "cellphone",
                "cell number",
                "cell phone number",
                "cellular",
                "phone cell",
            ),
            *("phone mobile", "phone m", "handy", "handynummer", "mobil", "mobiltelefon"),
            *("mobilnummer", "movil", "celular", "telefono movil", "telefono celular", "tel mobil"),
            *(
                "tel movil",
                "home phone",
                "phone home",
                "phone h",
                "home",
                "home number",
                "festnetz",
            ),
            *(
                "home telephone",
                "home phone number",
                "telefon privat",
                "privat",
                "telefono de casa",
            ),
            *("telefono fijo", "evening phone", "phone evening", "work phone", "phone work"),
            *("phone w", "work number", "business phone", "work phone number", "daytime phone"),
            *("day phone", "phone day", "other phone", "phone other", "alternate phone"),
            *(
                "secondary phone",
                "telefon geschaftlich",
                "telefono del trabajo",
                "telefono trabajo",
            ),
        ),
    ),
}
OF_A_COUPLE: dict[str, tuple[str, frozenset[str]]] = {
    "opened_on": (
        "File opened on",
        phrases(
            *(
                "opened on",
                "file opened on",
                "file opened",
                "opened",
                "date opened",
                "open date",
                "intake",
                "intake date",
            ),
            *("date of intake", "start date", "started", "start", "client since", "patient since"),
            *("first appointment", "first session", "first visit", "first appointment date"),
            *("first session date", "registered", "registration date", "date registered"),
            *("admission date", "admitted", "enrollment date", "enrolled", "fecha de ingreso"),
            *("fecha de alta", "fecha de inicio", "inicio", "primera cita", "primera sesion"),
            *("fecha de apertura", "aufnahme", "aufnahmedatum", "aufgenommen am", "erstgesprach"),
            *("beginn", "therapiebeginn", "eintritt", "erster termin", "datum erstgesprach"),
        ),
    ),
    "together_since": (
        "Together since",
        phrases(
            *("together since", "year together", "couple since", "in a relationship since"),
            *("relationship since", "relationship start", "relationship began", "together from"),
            *("juntos desde", "pareja desde", "zusammen seit", "paar seit", "ein paar seit"),
        ),
    ),
    "children": (
        "Children",
        phrases(
            *("children", "kids", "number of children", "children names", "hijos", "ninos"),
            *("numero de hijos", "hijos e hijas", "kinder", "anzahl kinder"),
        ),
    ),
    "household": (
        "Household: the same for people who belong together",
        phrases(
            *("household", "household id", "household number", "couple id", "couple number"),
            *("couple no", "couple", "family", "family id", "family number", "family no"),
            *("relationship id", "case", "case id", "case number", "case no", "hogar", "familia"),
            *("familia id", "pareja id", "haushalt", "haushalts id", "familie", "familien id"),
            *("paar", "paar id", "paar nr", "familien nr"),
        ),
    ),
    "address": (
        "Street: only to see who may belong together",
        phrases(
            *("address", "street", "street address", "address street", "home address"),
            *("home street", "mailing address", "address line", "address formatted", "street 1"),
            *("direccion", "domicilio", "calle", "adresse", "anschrift", "strasse", "straße"),
        ),
    ),
}
#: What a column holds the names of a couple under, where no other column has names.
BOTH_NAMES = phrases(
    *("couple", "couples", "couple name", "couple names", "client", "clients", "client names"),
    *("partners", "both partners", "names", "name", "full name", "client name", "patient"),
    *("patient name", "household", "household name", "family", "family name", "paar", "paare"),
    *("pareja", "parejas", "kunden", "klienten", "klient", "cliente", "clientes", "nombres"),
    *("nombre", "nombre completo", "display name", "who", "case name", "case"),
)
#: May say since when they are a couple, or since when they come here; what stands in it tells.
SINCE = phrases("since", "seit", "desde")
PERSON_WORDS = phrases(
    *("partner", "partners", "client", "clients", "person", "patient", "patients", "p", "member"),
    *("spouse", "klient", "klientin", "paciente", "cliente", "persona", "pareja", "conyuge"),
    *("person", "partnerin", "patientin", "participant", "individual", "adult"),
)
#: Which of two, beside a word for a person or a thing.
WHICH = {
    **dict.fromkeys(("1", "one", "first", "1st", "uno", "una", "primera", "eins", "i"), "1"),
    **dict.fromkeys(("2", "two", "second", "2nd", "dos", "segunda", "zwei", "ii"), "2"),
    **dict.fromkeys(("a",), "a"),
    **dict.fromkeys(("b",), "b"),
    **{str(number): str(number) for number in range(3, 10)},
}
#: Of these, what stands before a person and not after: “spouse first name” is no first spouse.
ORDINALS = phrases("first", "second", "1st", "2nd", "primera", "segunda")
#: A word for the one who is not the client in a row.
OTHER_ONE = {
    **dict.fromkeys(
        phrases("partner", "partners", "partnerin", "pareja", "significant other"), "partner"
    ),
    **dict.fromkeys(phrases("spouse", "spouses", "conyuge", "ehepartner", "ehegatte"), "partner"),
    **dict.fromkeys(
        phrases("husband", "husbands", "his", "esposo", "marido", "ehemann"), "husband"
    ),
    **dict.fromkeys(
        phrases("wife", "wifes", "wives", "her", "hers", "esposa", "mujer", "ehefrau"), "wife"
    ),
}
#: A word for the one whom a row is about.
THE_CLIENT = phrases(
    *("client", "clients", "patient", "patients", "klient", "klientin", "paciente", "cliente"),
    *("primary client", "identified patient", "contact", "patientin"),
)
#: Words that say nothing of what a column tells.
FILLERS = phrases(
    *("s", "the", "of", "number", "current", "no", "de", "del", "la", "el", "los", "las", "su"),
    *("des", "der", "die", "dem", "von", "vom"),
)

#: The lists of other programs: columns that are in each, and those that need to be told apart.
PROGRAMS: dict[str, tuple[frozenset[str], dict[str, str]]] = {
    "Jane": (
        phrases("patient number", "first name", "last name", "birth date", "mobile phone"),
        {},
    ),
    "SimplePractice": (
        phrases("client", "client type", "clinician"),
        {"client": "both", "intake date": "opened_on"},
    ),
    "TherapyNotes": (
        phrases("last name", "first name", "assigned clinicians"),
        {"first appointment": "opened_on"},
    ),
    "TherapyAppointment": (
        phrases("first name", "last name", "therapist", "account number"),
        {},
    ),
    "Power Diary": (
        phrases("client id", "first name", "last name", "default practitioner"),
        {"date created": ""},
    ),
    "Google Contacts": (
        phrases("phone 1 value", "email 1 value"),
        {"name": "", "file as": "", "nickname": "a-goes_by"},
    ),
    "Outlook": (
        phrases(
            "first name", "last name", "email address", "home phone", "mobile phone", "birthday"
        ),
        {
            **dict.fromkeys(("company main phone", "assistants phone", "primary phone"), ""),
            "spouse": "b-name",
            "home street": "address",
        },
    ),
}
#: Of these, whose label column says whose name stands beside it: “Spouse”, “Partner”.
RELATED = phrases(
    *("spouse", "partner", "husband", "wife", "domestic partner", "conyuge", "pareja", "esposo"),
    *("esposa", "ehepartner", "ehefrau", "ehemann", "partnerin", "lebenspartner"),
)
