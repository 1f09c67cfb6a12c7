"""Writing a homework in a real browser: its sheet follows, rows come and go, and nothing is lost."""

from playwright.sync_api import Page, expect


def test_the_sheet_follows_each_change_and_a_reload_loses_none(dana: Page) -> None:
    dana.goto("/homework/from-complaint-to-longing")
    dana.get_by_role("button", name="Make it ours").click()
    sheet = dana.locator("#beside .sheet").first
    dana.get_by_label("Title", exact=True).first.fill("From grumble to wish")
    expect(sheet.locator(".sheet__title")).to_have_text("From grumble to wish")

    dana.get_by_role("button", name="Add a step").click()
    lead = dana.locator("[name='steps-6-lead']")
    expect(lead).to_be_focused()
    dana.keyboard.type("End with a breath.")
    expect(sheet.locator("ol li").nth(6)).to_contain_text("End with a breath.")
    dana.get_by_role("button", name="Move step 7 up").click()
    expect(dana.locator("[name='steps-5-lead']")).to_have_value("End with a breath.")
    dana.get_by_role("button", name="Take step 7 away").click()
    expect(lead).to_have_count(0)
    expect(dana.locator("#save-status")).to_contain_text("Saved")

    dana.reload()
    expect(dana.get_by_label("Title", exact=True).first).to_have_value("From grumble to wish")
    expect(dana.locator("[name='steps-5-lead']")).to_have_value("End with a breath.")


def test_a_row_for_one_alone_comes_and_is_kept_like_the_others(dana: Page) -> None:
    dana.goto("/homework/one-chore-side-by-side")
    dana.get_by_role("button", name="Make it ours").click()
    dana.locator("summary", has_text="What a copy for one says").click()
    dana.locator("#add-solo_track").click()
    row = dana.locator("[name='solo_track-2-row']")
    expect(row).to_be_focused()
    dana.keyboard.type("I sat down after")
    expect(dana.locator("#save-status")).to_contain_text("Saved")
    dana.reload()
    expect(row).to_have_value("I sat down after")
    expect(dana.locator("[name='track-2-row']")).to_have_count(0)
