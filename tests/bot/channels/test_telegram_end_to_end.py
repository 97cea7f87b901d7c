"""The Telegram bot as a process of its own, against a Bot API server that nobody here wrote."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.emulator import BOT_NAME, TOKEN, Telegram, wait_until
from tests.telegram_bot import GROUP, Bot, Paralegal, Person

SECRET = "Quagmirella"  # planted into what people write: it must never be seen in a log
STORY = (
    f"My landlord {SECRET} changed the locks while I was at work, all our things are inside. "
    "I have nowhere to sleep tonight with my little girl."
)
OTHER_GROUP = -100555


def lockout_case(bot: Bot, chat: int) -> Person:
    """Somebody who has told of a lock-out and opened a case."""
    person = Person(bot, chat)
    person.says(STORY)
    person.presses("Gauteng")
    person.presses("Yes, open a case")
    return person


def reference_of(bot: Bot, chat: int) -> str:
    """The reference of the newest case of a chat."""
    case = bot.case(chat)
    assert case is not None
    return case.reference


def said(bot: Bot, chat: int) -> list[str]:
    """What the transcript has of our side, as it goes out."""
    ours = [message for message in bot.transcript(chat) if message.sender != "person"]
    return [f"{message.by}:\n{message.text}" if message.by else message.text for message in ours]


def assert_nothing_leaked(bot: Bot) -> None:
    """Neither token nor words in what the process wrote, and each line that it logged is JSON."""
    output = bot.output
    assert TOKEN not in output
    assert TOKEN.split(":")[1] not in output
    assert SECRET not in output
    assert "Traceback" not in output
    assert all(json.loads(line) for line in output.splitlines() if line.startswith("{"))


@pytest.fixture(scope="module", autouse=True)
def nothing_leaks(running: Bot) -> Iterator[None]:
    """Whatever the tests of this module made the bot do, its log stays clean and it ends in peace."""
    yield
    assert running.stop() == 0
    assert_nothing_leaked(running)


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_a_person_gets_from_start_to_the_paralegals_answer(trained_model: Path, tmp_path: Path, webhook: bool) -> None:
    with Telegram() as telegram, Bot(tmp_path / "data", trained_model, telegram, webhook=webhook) as bot:
        telegram.fails("getMe", status=500)
        telegram.fails("deleteWebhook", status=502, body="<html>Bad Gateway</html>")
        telegram.fails("setWebhook", status=500)
        bot.start()
        asha = Person(bot, 42)
        telegram.fails("sendMessage", status=500)
        assert asha.says("/start")[0].text.startswith("Hello. I am Doorstep")
        menus = {
            call.fields.get("language_code", ""): call.fields["commands"] for call in telegram.all("setMyCommands")
        }
        firsts = {code: (json.loads(menu) if isinstance(menu, str) else menu)[0] for code, menu in menus.items()}
        assert {code: first["description"] for code, first in firsts.items()} == {
            "": "Talk to a person",
            "af": "Praat met 'n mens",
            "st": "Bua le motho",
            "xh": "Thetha nomntu",
            "zu": "Khuluma nomuntu",
        }
        telegram.fails("sendMessage", status=429, retry_after=1)
        understood = " ".join(call.text for call in asha.says(STORY))
        assert "First, your safety" in understood
        assert "Locked out" in understood
        assert "Shall I open a case?" in asha.presses("Gauteng")[-1].text
        opened = asha.presses("Yes, open a case")
        reference = reference_of(bot, 42)
        assert reference in opened[0].text
        asha.presses("Yes, count it")
        thandi = Paralegal(bot)
        thandi.does("claim", reference)
        telegram.fails("sendMessage", status=502, body="<html>Bad Gateway</html>")
        thandi.does("reply", reference, text="I am calling your landlord now.")
        assert telegram.expect(chat=42, having="I am calling").text == "Thandi:\nI am calling your landlord now."
        asha.says(f"Thank you so much, {SECRET}")
        assert f"Thank you so much, {SECRET}" in thandi.reads(reference)
        assert said(bot, 42) == telegram.texts(42)
        assert bot.stop() == 0
        assert_nothing_leaked(bot)


def test_the_webhook_lets_nobody_else_in_and_a_burst_is_one_story(trained_model: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Telegram() as telegram, Bot(data, trained_model, telegram, webhook=True, SETTLE_SECONDS="0.5") as bot:
        bot.start()
        forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
        assert telegram.post(forged, None) == 403
        assert telegram.post(forged, "guessed") == 403
        burst = [*STORY.split(". ")[0].split(", "), "please", "help", "me", "and", "my", "little", "girl", "quickly"]
        assert len(burst) == 10
        for words in burst:
            telegram.says(words, chat=42)
        person = Person(bot, 42)
        heard = [call.text for call in person.listens()]
        assert [text for text in heard if "I understand" in text] == [heard[-2]]
        assert [message.text for message in bot.transcript(42) if message.sender == "person"] == burst
        with bot.store.reading() as look:
            assert look.conversations.find("telegram", "7") is None
        assert bot.stop() == 0
        assert_nothing_leaked(bot)


def test_a_wrong_token_ends_the_start_with_one_clear_line(trained_model: Path, tmp_path: Path) -> None:
    with Telegram() as telegram, Bot(tmp_path / "data", trained_model, telegram) as bot:
        telegram.fails("getMe", status=401)
        bot.start(wait=False)
        assert bot.wait() == 1
        assert bot.output == ("Error: Telegram does not accept DOORSTEP_TELEGRAM_TOKEN: get one from BotFather\n")


def test_trouble_at_telegram_while_polling_loses_nothing(running: Bot, chat: int) -> None:
    telegram = running.telegram
    words = json.dumps({"ok": True, "result": [{"text": SECRET}]})
    telegram.fails("getUpdates", body=words[:-5])
    telegram.fails("getUpdates", status=429, retry_after=1)
    telegram.fails("getUpdates", breaks="unanswered")
    telegram.says("Hello", chat=chat)
    telegram.says("/help", chat=chat)
    assert telegram.expect(chat=chat, having="You can write at any time")
    running.settle()
    assert said(running, chat) == telegram.texts(chat)


def test_an_answer_that_is_no_answer_is_tried_again(running: Bot, chat: int) -> None:
    telegram, other = running.telegram, chat + 600_000
    telegram.fails("sendMessage", chat=chat, body="<html>Welcome to the hotel network</html>")
    telegram.fails("sendMessage", chat=other, breaks="unheard")
    for each in (chat, other):
        telegram.says("/start", chat=each)
    running.settle()
    for each in (chat, other):
        assert said(running, each) == telegram.texts(each)


def test_a_slow_chat_holds_up_nobody_else(running: Bot, chat: int) -> None:
    slow = chat + 500_000
    running.telegram.fails("sendMessage", chat=slow, seconds=4)
    running.telegram.says("/help", chat=slow)
    running.telegram.expect(chat=slow)
    running.telegram.says("/help", chat=chat)
    first = running.telegram.expect(chat=chat)
    last = running.telegram.expect(chat=slow, having="You can write at any time")
    assert last.at - first.at > 2


def test_a_group_is_pointed_to_the_private_chat(running: Bot, chat: int) -> None:
    running.telegram.says(f"/start@{BOT_NAME}", chat=OTHER_GROUP, by=chat)
    answer = running.telegram.expect(chat=OTHER_GROUP)
    assert f"https://t.me/{BOT_NAME}" in answer.text
    running.telegram.says("just talking among ourselves", chat=OTHER_GROUP, by=chat)
    running.telegram.says(f"@{BOT_NAME} can you help?", chat=OTHER_GROUP, by=chat)
    assert f"https://t.me/{BOT_NAME}" in running.telegram.expect(chat=OTHER_GROUP).text
    running.settle()
    assert len(running.telegram.texts(OTHER_GROUP)) == 2


def test_one_of_the_paralegals_in_the_group_claims_an_urgent_case(running: Bot, chat: int) -> None:
    telegram = running.telegram
    thandi, sipho = Paralegal(running, "thandi"), Paralegal(running, "sipho")
    person = lockout_case(running, chat)
    reference = reference_of(running, chat)
    news = telegram.expect(chat=GROUP, having=reference)
    assert not [private for private in (SECRET, str(chat), "Asha", "locks") if private in news.text]

    def press(by: int) -> str:
        query = telegram.presses(news, "Claim", by=by)
        answers = wait_until(
            lambda: [c for c in telegram.all("answerCallbackQuery") if c.fields["callback_query_id"] == query],
            saying="the button is answered",
        )
        return str(answers[0].fields["text"])

    assert "Join your Telegram" in press(by=901)
    for who, member in ((901, thandi), (902, sipho)):
        telegram.says(f"/link {member.link_code()}", chat=who)
        assert "now joined" in telegram.expect(chat=who).text
    telegram.says("/link 00000000", chat=903)
    assert "not right" in telegram.expect(chat=903).text
    assert press(by=901) == f"You have claimed {reference}. Open it at the desk."
    assert press(by=901) == f"You have claimed {reference}. Open it at the desk."
    assert press(by=902) == f"Somebody else already has {reference}."
    case = running.case(chat)
    assert case is not None
    assert case.claimed_by == thandi.id
    assert [call.text for call in person.listens()] == ["Thandi has taken your case and is reading it now."]


def test_files_are_fetched_sealed_and_kept_with_the_case(running: Bot, chat: int) -> None:
    telegram = running.telegram
    lockout_case(running, chat)
    photo, letter = b"\xff\xd8 photo of the door " + SECRET.encode(), b"%PDF notice " + SECRET.encode()
    telegram.fails("download", status=500)
    telegram.sends_file("photo", photo, chat=chat, caption=f"the door, {SECRET}")
    telegram.sends_file("document", letter, chat=chat, name=f"{SECRET}.pdf", mime_type="application/pdf")
    telegram.expect(chat=chat, having="added your file to your case")
    wait_until(lambda: len([1 for _, content in running.files(chat) if content]) == 2, saying="both are fetched")
    kept = [(file.name, content) for file, content in running.files(chat)]
    assert kept == [("photo.jpg", photo), (f"{SECRET}.pdf", letter)]
    sealed = [path.read_bytes() for path in running.data.joinpath("attachments").iterdir()]
    assert len(sealed) == 2
    assert not [content for content in sealed if SECRET.encode() in content]


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (
            {
                "sticker": {
                    "file_id": "s",
                    "file_unique_id": "s",
                    "type": "regular",
                    "width": 9,
                    "height": 9,
                    "is_animated": False,
                    "is_video": False,
                }
            },
            "I can only read words",
        ),
        ({"location": {"latitude": -26.2, "longitude": 28.04}}, "noted where you are"),
        ({"contact": {"phone_number": f"+27 {SECRET}", "first_name": SECRET}}, "kept that contact"),
        ({"text": "   "}, "without words"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "I can only read words"),
        ({"poll": {"question": SECRET}}, "I cannot read that kind"),
        ({"text": f"/help {SECRET}", "from": {"name": "of an age to come"}}, "You can write at any time"),
        (
            {"document": {"file_id": "big", "file_unique_id": "big", "file_name": SECRET, "file_size": 30_000_000}},
            "too big",
        ),
        ({"text": SECRET + "x" * (4096 - len(SECRET))}, ""),
        ({"text": f"{SECRET} " + "Dit is my huis en hulle het my uitgesit. " * 99}, ""),
    ],
    ids=[
        "sticker",
        "location",
        "contact",
        "empty",
        "dice",
        "unreadable poll",
        "unreadable sender",
        "big file",
        "one long word",
        "4096",
    ],
)
def test_whatever_arrives_gets_a_sensible_answer(
    running: Bot, chat: int, content: dict[str, object], answer: str
) -> None:
    person = Person(running, chat)
    person.says("/start")
    running.telegram.sends(chat=chat, **content)
    heard = person.listens()
    assert heard
    words = " ".join(call.text for call in heard)
    assert answer in words
    assert "went wrong" not in words


def test_a_malformed_update_does_not_stop_the_next_one(running: Bot, chat: int) -> None:
    telegram = running.telegram
    telegram.push({"message": {"message_id": "none", "chat": SECRET}})
    telegram.push({"callback_query": {"data": SECRET}})
    telegram.push({"my_chat_member": {"chat": {"id": chat, "type": "private"}}})
    telegram.sends_file("document", b"content", chat=chat, name="\ud800.pdf")  # half a character
    telegram.says("/help", chat=chat)
    assert telegram.expect(chat=chat, having="You can write at any time")


def test_a_voice_message_is_kept_and_answered(running: Bot, chat: int) -> None:
    running.telegram.sends_file("voice", b"OggS", chat=chat)
    assert running.telegram.expect(chat=chat, having="cannot listen to voice messages")
    wait_until(lambda: [content for _, content in running.files(chat)] == [b"OggS"], saying="the voice is kept")


def test_a_changed_message_is_answered_and_a_moving_location_once(running: Bot, chat: int) -> None:
    person = Person(running, chat)
    person.says(f"{SECRET} hello")
    running.telegram.edits(f"My landlord {SECRET} wants to evict me from my house next month", chat=chat)
    assert person.listens()
    running.telegram.push(
        {
            "edited_message": {
                **running.telegram.message(chat, {"location": {"latitude": 1, "longitude": 1}}),
                "edit_date": 1,
            }
        }
    )
    assert person.listens() == []


def test_who_blocks_the_bot_is_left_in_peace_and_may_return(running: Bot, chat: int) -> None:
    telegram = running.telegram
    lockout_case(running, chat)
    thandi = Paralegal(running, f"p{chat}")
    reference = reference_of(running, chat)
    thandi.does("claim", reference)
    running.settle()
    telegram.blocks(chat=chat)
    wait_until(lambda: not running.conversation(chat).reachable, saying="the desk knows")
    assert thandi.tries("reply", reference, text="Are you there?") == 409
    telegram.blocks(chat=chat, on=False)
    telegram.says("I am back", chat=chat)
    assert telegram.expect(chat=chat, having=f"added that to your case {reference}")
    thandi.does("reply", reference, text="Good to see you.")
    assert telegram.expect(chat=chat, having="Good to see you.")
    telegram.server.blocked.add(chat)  # this time Telegram does not tell: the next message is refused with 403
    thandi.does("reply", reference, text="Hello?")
    wait_until(lambda: not running.conversation(chat).reachable, saying="the desk knows again")


def test_a_button_pressed_twice_or_late_is_answered_and_does_nothing_else(running: Bot, chat: int) -> None:
    telegram, person = running.telegram, Person(running, chat)
    question = person.says(STORY)[-1]
    query = telegram.presses(question, "Gauteng")
    telegram.presses(question, "Gauteng")
    heard = [call.text for call in person.listens()]
    assert sum("Here is what you can do right now" in text for text in heard) == 1
    assert sum("belongs to an earlier question" in text for text in heard) == 1, heard
    assert "Shall I open a case" in heard[-1]
    wait_until(
        lambda: any(call.fields["callback_query_id"] == query for call in telegram.all("answerCallbackQuery")),
        saying="the button stops turning",
    )
    seen = telegram.server.messages[chat, question.result["message_id"]]
    assert "reply_markup" not in seen
    telegram.presses(question, "Limpopo")
    assert "belongs to an earlier question" in person.listens()[0].text


def test_an_update_that_is_delivered_again_changes_nothing(running: Bot, chat: int) -> None:
    telegram, person = running.telegram, Person(running, chat)
    first = telegram.says(STORY, chat=chat)
    before = person.listens()
    telegram.push_again(first)
    telegram.says("/help", chat=chat)
    after = person.listens()
    assert before
    assert "Locked out" not in " ".join(call.text for call in after)
    assert said(running, chat) == telegram.texts(chat)


def test_a_long_answer_comes_in_parts_and_each_part_once(running: Bot, chat: int) -> None:
    telegram = running.telegram
    lockout_case(running, chat)
    thandi = Paralegal(running, f"p{chat}")
    reference = reference_of(running, chat)
    thandi.does("claim", reference)
    running.settle()
    before = len(telegram.texts(chat))
    long = "🏠 " * 1900  # three UTF-16 units each
    thandi.does("reply", reference, text=long + "end")
    telegram.expect(chat=chat, having="🏠")
    telegram.fails("sendMessage", chat=chat, status=429, retry_after=1)
    telegram.expect(chat=chat, having="end")
    running.settle()
    assert " ".join(telegram.texts(chat)[before:]).replace("\n", " ").split() == f"P{chat}: {long} end".split()


def test_a_letter_arrives_as_a_document_from_the_bot_and_from_the_desk(running: Bot, chat: int) -> None:
    telegram, person = running.telegram, Person(running, chat)
    person.says(STORY)
    person.presses("Gauteng")
    person.presses("Write a letter for me")
    person.presses("Let me back into my home")
    for answer in (
        f"{SECRET} Dlamini",
        "4 Zola Street, Soweto",
        "skip",
        "Mr P. Botha",
        "skip",
        "the same address",
        "today",
        "The locks were changed at noon.",
        "skip",
    ):
        person.says(answer)
    assert any(call.text.startswith(f"{SECRET} Dlamini") for call in person.heard)
    telegram.fails("sendDocument", status=500)
    person.presses("Send me the PDF")
    [document] = telegram.all("sendDocument", chat=chat)
    [(name, content)] = document.files.values()
    assert name.startswith("restore-access-")
    said = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert f"{SECRET} Dlamini" in said
    assert "section 16 of the Rental Housing Act" in said
    person.presses("Finished")
    person.presses("Yes, open a case")

    reference = reference_of(running, chat)
    thandi = Paralegal(running, "letters")
    thandi.does("claim", reference)
    filled = {f"field_{field.id}": field.example for field in running.office.book.pack.letters["repairs"].fields}
    thandi.does("letters/repairs", reference, do="send_docx", **filled)
    person.listens()
    [(name, content)] = telegram.all("sendDocument", chat=chat)[-1].files.values()
    assert name.endswith(".docx")
    assert content.startswith(b"PK")
    assert [file.name.split("-")[0] for file, _ in running.files(chat)] == ["restore", "repairs"]
