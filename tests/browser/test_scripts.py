"""What the scripts add to pages that work without them: counting, saving, keeping, sending once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from fundapp.applications.models import ApplicationState as State
from fundapp.core.db import db
from tests.browser.people import sign_in
from tests.factories import PASSWORD, make_application, make_fund, make_round, make_user

# Scripts know no database: one engine is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

THEME = "document.documentElement.dataset.theme ?? 'auto'"
GROUND = "getComputedStyle(document.body.parentElement).backgroundColor"


@pytest.fixture
def draft(live_server, page) -> str:
    """The address of a draft's section in the browser of its writer."""
    with live_server.app.app_context():
        ana = make_user(password=PASSWORD)
        made = make_application(make_round(make_fund()), ana, state=State.DRAFT)
        db.session.commit()
        email, path = ana.email, f"/proposals/{made.id}/edit/project"
    sign_in(page, email)
    return path


def test_the_chosen_appearance_stays(page: Page) -> None:
    page.goto("/")
    light = page.evaluate(GROUND)

    page.get_by_label("Dark").check()
    page.goto("/calls")

    assert (page.evaluate(THEME), page.get_by_label("Dark").is_checked()) == ("dark", True)
    assert page.evaluate(GROUND) != light
    page.get_by_label("Auto").check()
    page.goto("/")
    assert (page.evaluate(THEME), page.evaluate(GROUND)) == ("auto", light)


def test_without_scripts_the_appearance_still_changes_the_page(browse: Callable[..., Page]) -> None:
    page = browse(java_script_enabled=False)
    page.goto("/")
    light = page.screenshot()

    page.get_by_label("Dark").check()

    assert page.screenshot() != light


def test_characters_are_counted_as_the_server_counts_them(page: Page, draft: str) -> None:
    page.goto(draft)

    page.get_by_label("Abstract").fill("🌱é\nx")

    expect(page.locator("[data-words]")).to_contain_text("1,496 left of 1,500")
    page.get_by_label("Abstract").fill("x" * 1503)
    expect(page.locator("[data-words]")).to_contain_text("303 over the advised 1,200")
    expect(page.locator("[data-words]")).to_contain_text("3 too many: shorten before you send")


def test_writing_is_saved_by_itself_and_told_with_the_time(page: Page, draft: str) -> None:
    page.goto(draft)

    page.get_by_label("Abstract").fill("Tides for everyone.")

    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    page.goto(draft)
    expect(page.get_by_label("Abstract")).to_have_value("Tides for everyone.")


def test_without_a_connection_the_text_waits_and_goes_when_there_is_one(page: Page, draft: str) -> None:
    page.goto(draft)
    page.context.set_offline(True)

    page.get_by_label("Abstract").fill("Written on a train.")

    expect(page.get_by_role("status").filter(has_text="Not saved: no connection.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()


def test_text_that_never_arrived_can_be_put_back(page: Page, draft: str) -> None:
    page.goto(draft)
    page.route("**/autosave/**", lambda route: route.abort())
    page.get_by_label("Abstract").fill("Written on a ferry.")
    expect(page.get_by_role("status").filter(has_text="Not saved")).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Abstract")).to_have_value("Written on a ferry.")


def test_signing_out_leaves_no_text_behind(page: Page, draft: str) -> None:
    page.goto(draft)
    page.evaluate(
        "localStorage.setItem('draft:/proposals/7/autosave', 'secret'); localStorage.setItem('theme', 'dark')"
    )

    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")

    assert page.evaluate("Object.keys(localStorage)") == ["theme"]


def test_a_form_pressed_twice_goes_once(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/forgot")
    page.get_by_label("E-mail address").fill("ana@example.org")

    page.evaluate("form => { form.requestSubmit(); form.requestSubmit() }", page.query_selector("main form"))
    page.get_by_role("heading", name="Look in your mail").wait_for()

    assert len(sent) == 1


def test_a_mistake_gets_the_focus(page: Page) -> None:
    page.goto("/register")

    page.get_by_role("button", name="Make the account").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Your name")).to_be_focused()


def test_on_a_phone_the_present_page_is_in_sight(browse: Callable[..., Page]) -> None:
    page = browse(viewport={"width": 390, "height": 844})

    page.goto("/how-we-decide")

    here = page.locator(".nav [aria-current]").bounding_box()
    assert here is not None
    assert 0 <= here["x"] <= 390 - here["width"]


def test_the_account_menu_closes_with_escape(page: Page, draft: str) -> None:
    page.goto(draft)
    menu = page.locator("details.menu")
    menu.locator("summary").click()

    page.keyboard.press("Escape")

    assert menu.get_attribute("open") is None
    expect(menu.locator("summary")).to_be_focused()
