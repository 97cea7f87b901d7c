"""The code lists of the record: what a coded column may hold, what each code means, and what it counts as elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casestore.errors import UnknownCode
from casestore.lifecycle import OUTCOMES, WITHDRAWN


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `counts_as` is the code of the list's source that it is reported under; empty where it is our own."""

    id: str
    title: str
    meaning: str = ""
    counts_as: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list. Codes are an interface (records and exports use them): they gain siblings and are never renamed."""

    id: str
    title: str
    codes: tuple[Code, ...]
    source: str = ""

    def __contains__(self, code: object) -> bool:
        return any(code == each.id for each in self.codes)

    @property
    def titles(self) -> dict[str, str]:
        """The titles by code, in the order of the list."""
        return {code.id: code.title for code in self.codes}

    def check(self, code: str) -> str:
        """The code itself; raises UnknownCode, naming the codes there are, when it is not in the list."""
        if code not in self:
            known = ", ".join(each.id for each in self.codes)
            raise UnknownCode(f"{code[:40]!r} is no code of the list {self.id!r}: choose one of {known}")
        return code


def _codes(titles: Mapping[str, str]) -> tuple[Code, ...]:
    return tuple(Code(id_, title) for id_, title in titles.items())


# The measures of the reports: resolved fully, partly or not; withdrawn; contact lost; what came of it is not known.
_MEASURE_OF = {
    "resolved": "fully",
    "partly_resolved": "partly",
    "advice_given": "unknown",
    "referred_on": "unknown",
    "not_resolved": "not",
    "stopped": "withdrawn",
    WITHDRAWN: "withdrawn",
    "no_contact": "lost_contact",
}
_SDG = "SDG indicator 16.3.3"

_LISTS: Iterable[CodeList] = (
    CodeList(
        "record_type",
        "Whom a case is about",
        (
            Code("individual", "One person or household"),
            Code("community", "Many people with one problem", "somebody speaks for a street, a farm, a village"),
            Code("information", "Information only", "no help with a problem of their own was asked for"),
        ),
    ),
    CodeList(
        "first_contact",
        "How the person first came to us",
        (
            Code("telegram", "Telegram"),
            Code("web", "Web chat"),
            Code("rasa", "Another messenger that can be written to first"),
            Code("rasa_fetched", "Another messenger that only answers"),
            Code("console", "The terminal of an office computer"),
            Code("phone", "Telephone"),
            Code("walk_in", "At the office"),
            Code("outreach", "At an outreach day"),
            Code("partner", "Sent by another organisation"),
            Code("letter", "Letter or e-mail"),
            Code("imported", "From the office's earlier records"),
            Code("other", "In another way"),
        ),
    ),
    CodeList(
        "said_by",
        "Who said so",
        (
            Code("person", "The person", "chose it, or answered a question"),
            Code("rule", "A rule", "heard in their words: a danger that belongs to the issue, the name of an agency"),
            Code("model", "The model", "read out of their words, with the probability kept as confidence"),
            Code("worker", "A paralegal", "confirmed, put right or added at the desk"),
        ),
    ),
    CodeList(
        "respondent_kind",
        "What the other side is",
        (
            Code("landlord", "Landlord or agent", "also the owner of a farm, a housing association", "landlord"),
            Code("employer", "Employer", "", "employer"),
            Code("agency", "Agency", "a government office, a municipality, a school", "agency"),
            Code("bank", "Bank, lender or collector", "", "bank or collector"),
            Code("family", "Family or partner", "", "family"),
            Code("customary", "Customary authority", "a chief, headman or traditional council", "customary authority"),
            Code("supplier", "Supplier", "electricity, water, telephone", "other"),
            Code("company", "Another company", "a shop, an insurer, a funeral policy", "other"),
            Code("neighbour", "Neighbour", "", "other"),
            Code("other", "Other", "", "other"),
        ),
        "the kinds of the standards for case records, with children of our own",
    ),
    CodeList(
        "relationship",
        "What the person is to the other side",
        (
            Code("tenant", "Tenant or lodger"),
            Code("occupier", "Lives there without a lease"),
            Code("employee", "Worker"),
            Code("applicant", "Applies there or gets money from there"),
            Code("customer", "Customer"),
            Code("debtor", "Owes them money"),
            Code("partner", "Partner or former partner"),
            Code("relative", "Other family"),
            Code("neighbour", "Neighbour"),
            Code("resident", "Lives in their area"),
            Code("none", "None", "they did not know each other before"),
            Code("other", "Other"),
        ),
    ),
    CodeList(
        "supporter_relation",
        "What somebody who writes or speaks for the person is to them",
        (
            Code("partner", "Husband, wife or partner"),
            Code("parent", "Mother or father"),
            Code("child", "Son or daughter"),
            Code("relative", "Other family"),
            Code("friend", "Friend or neighbour"),
            Code("carer", "Carer"),
            Code("social_worker", "Social worker or health worker"),
            Code("leader", "Community or religious leader"),
            Code("organisation", "Another organisation"),
            Code("other", "Somebody else"),
        ),
    ),
    CodeList(
        "yes_no_unsure",
        "Yes, no, not known",
        (Code("yes", "Yes"), Code("no", "No"), Code("unsure", "Not known")),
    ),
    CodeList(
        "settlement",
        "What kind of place it is",
        (Code("urban", "Town or city"), Code("rural", "Countryside"), Code("unknown", "Not known")),
    ),
    CodeList(
        "date_precision",
        "How exactly a day is known",
        (
            Code("day", "That day"),
            Code("week", "In that week"),
            Code("month", "In that month"),
            Code("year", "In that year"),
        ),
    ),
    CodeList(
        "amount_period",
        "How often an amount comes again",
        (
            Code("once", "Once"),
            Code("day", "Every day"),
            Code("week", "Every week"),
            Code("month", "Every month"),
            Code("year", "Every year"),
        ),
    ),
    CodeList(
        "gender",
        "Gender, in the person's own words",
        (Code("woman", "Woman"), Code("man", "Man"), Code("other", "Other"), Code("not_said", "Rather not say")),
    ),
    CodeList(
        "age_band",
        "Age",
        (
            Code("under_18", "Under 18"),
            Code("18_24", "18 to 24"),
            Code("25_34", "25 to 34"),
            Code("35_49", "35 to 49"),
            Code("50_64", "50 to 64"),
            Code("65_over", "65 or older"),
            Code("not_said", "Rather not say"),
        ),
    ),
    CodeList(
        "disability",
        "The greatest difficulty with seeing, hearing, walking, remembering, washing or being understood",
        (
            Code("none", "No difficulty", "", "without disability"),
            Code("some", "Some difficulty", "", "without disability"),
            Code("a_lot", "A lot of difficulty", "", "with disability"),
            Code("cannot", "Cannot do it at all", "", "with disability"),
            Code("not_said", "Rather not say"),
        ),
        "Washington Group Short Set, the highest answer to its six questions",
    ),
    CodeList(
        "residence",
        "Right to stay in the country",
        (
            Code("citizen", "Citizen"),
            Code("permanent", "Permanent residence"),
            Code("temporary", "Visa or permit"),
            Code("refugee", "Recognised refugee"),
            Code("asylum_seeker", "Asylum seeker"),
            Code("undocumented", "No papers"),
            Code("stateless", "Stateless"),
            Code("not_said", "Rather not say"),
        ),
    ),
    CodeList(
        "identity_document",
        "Identity document",
        (
            Code("has", "Has one"),
            Code("applied", "Has applied"),
            Code("lost", "Lost or taken"),
            Code("never", "Never had one"),
            Code("blocked", "Blocked by the issuer"),
            Code("not_said", "Rather not say"),
        ),
    ),
    CodeList(
        "mechanism",
        "Whom people turn to with a dispute",
        (
            Code("lawyer", "Lawyer, paralegal or mediator", "", "lawyer or third-party mediation"),
            Code("leader", "Community or religious leader, customary law", "", "community or religious leader"),
            Code("court", "Court or tribunal", "", "court or tribunal"),
            Code("police", "Police", "", "police"),
            Code("office", "Government office or another formal authority", "", "government office"),
            Code("complaint", "Another formal complaint or appeal", "", "other formal complaint or appeal"),
            Code("other", "Somebody else", "", "other"),
        ),
        _SDG,
    ),
    CodeList(
        "reason_none",
        "Why nobody was turned to",
        (
            Code("not_important", "Not important, or easy to solve", "", "voluntary"),
            Code("alone", "Could solve it alone", "", "voluntary"),
            Code("solved", "Solved itself before", "", "voluntary"),
            Code("own_doing", "Thought it was their own doing", "", "voluntary"),
            Code("where", "Did not know where to go", "", "barrier"),
            Code("no_help", "Could not get help", "", "barrier"),
            Code("too_far", "Too far", "", "barrier"),
            Code("too_dear", "Too expensive", "", "barrier"),
            Code("no_trust", "No trust in them", "", "barrier"),
            Code("useless", "Thought it would not help", "", "barrier"),
            Code("afraid", "Afraid of what would follow", "", "barrier"),
            Code("other", "Another reason"),
        ),
        f"{_SDG}: `voluntary` is left out of its denominator, `barrier` is not",
    ),
    CodeList(
        "problem_status",
        "Where a problem of a community stands",
        (
            Code("open", "Open", "cases are collected"),
            Code("acting", "Somebody acts on it", "a letter, a meeting, a complaint, a court case"),
            Code("monitoring", "Watched", "it was promised or ordered, and must hold for some time"),
            Code("resolved", "Resolved", "it held until the end of the monitoring period"),
            Code("closed", "Closed without being resolved"),
        ),
        "the practice of community paralegals: resolved only after a monitoring period without a breach",
    ),
    CodeList(
        "status",
        "Where a case stands",
        (
            Code("waiting", "In the queue"),
            Code("claimed", "With a paralegal"),
            Code("referred", "The person was sent on"),
            Code("closed", "Closed"),
        ),
    ),
    CodeList(
        "urgency",
        "How soon somebody must act",
        (
            Code("emergency", "Today"),
            Code("urgent", "Within 14 days"),
            Code("soon", "A legal deadline of more than 14 days runs"),
            Code("routine", "No deadline is known"),
        ),
    ),
    CodeList(
        "flag",
        "Danger that was heard",
        (
            Code("violence", "Violence", "somebody is hurt, or threatened with it, now or continuing"),
            Code("self_harm", "Self-harm", "suicide or self-harm as a present risk"),
            Code(
                "child_risk", "A child at risk", "hurt, seeing violence, taken away, left alone, without a bed tonight"
            ),
            Code("homeless_tonight", "Nowhere to sleep", "now or within about three days"),
            Code("lockout", "Locked out", "put out of where they live without a court process, now or today"),
            Code("utilities_off", "Water or power off", "at home, now"),
            Code("no_food", "No food", "or no money for it, now"),
            Code("no_medicine", "No medicine", "that they need, now or within days"),
            Code("court_soon", "A court date or deadline", "within 14 days"),
            Code("detention", "Held", "by police or immigration, or on a hospital section, now"),
        ),
    ),
    CodeList(
        "outcome",
        "How a case ended",
        tuple(
            Code(id_, title, "", _MEASURE_OF.get(id_, ""))
            for id_, title in {**OUTCOMES, WITHDRAWN: "The person left, and was erased"}.items()
        ),
        "the outcomes of the standards for case records; what counts as none of them is no result",
    ),
    CodeList(
        "consent_purpose",
        "What a person may agree to",
        (
            Code("case", "Open a case and let a paralegal read it"),
            Code("statistics", "Count the problem in statistics"),
            Code("referral", "Give personal details to one service", "the referral names the record"),
            Code("partner", "Show a partner organisation what kind of case it is", "codes alone"),
            Code("improve", "Let masked words teach the program"),
        ),
    ),
    CodeList(
        "outcome_how",
        "How it came to the outcome",
        (
            Code("agreement", "By agreement with the other side", "", "agreement"),
            Code("decision", "By a decision of somebody else", "a court, a tribunal, an office", "decision"),
            Code("gave_in", "The other side gave in", "it gave back or stopped without an agreement", "withdrawal"),
            Code("gave_up", "The person did not go on", "", "withdrawal"),
            Code("by_itself", "It solved itself"),
        ),
        "how disputes are concluded, in surveys of legal needs",
    ),
    CodeList(
        "service_level",
        "The most that the office did",
        (
            Code("info", "Information", "", "other services"),
            Code("advice", "Advice", "", "A"),
            Code("limited", "Limited action", "a call, a form", "B"),
            Code("letter", "A letter for the person", "", "B"),
            Code("mediation", "Mediation or negotiation", "", "F"),
            Code("accompaniment", "Going there with the person", "", "L"),
            Code("administrative_appeal", "Administrative appeal or complaint", "", "H"),
            Code("court_referral", "Sent to a lawyer for court", "", "L"),
            Code("strategic", "Part of a strategic case", "", "L"),
        ),
        "closing codes of the Legal Services Corporation, roughly: they are of lawyers' work",
    ),
    CodeList(
        "benefit",
        "The main thing the person gained",
        (
            Code("home_kept", "Kept their home"),
            Code("home_back", "Let back into their home"),
            Code("time_to_move", "Got time to move"),
            Code("home_repaired", "Home repaired, or water and electricity back"),
            Code("money_back", "Money or deposit paid back"),
            Code("debt_less", "Debt reduced, or payments arranged"),
            Code("deductions_stopped", "Deductions stopped"),
            Code("grant_started", "Grant or benefit started"),
            Code("grant_restored", "Grant or benefit restored or raised"),
            Code("wages_paid", "Wages or severance paid"),
            Code("job_kept", "Job kept, or back"),
            Code("maintenance_paid", "Maintenance ordered or paid"),
            Code("documents", "Document or status obtained"),
            Code("safe", "Safe from violence or threats"),
            Code("service_given", "Health, school or another service given"),
            Code("knows_rights", "Knows their rights and what to do"),
            Code("other", "Something else"),
        ),
    ),
    CodeList(
        "confirmed_by",
        "How the office knows the outcome",
        (
            Code("client", "The person says so"),
            Code("document", "A document shows it"),
            Code("worker", "Only the office thinks so"),
        ),
    ),
    CodeList(
        "agenda_kind",
        "What must be done by a day",
        (
            Code("deadline", "A deadline", "of the law, a court or an authority: it counts in the queue"),
            Code("task", "A task of the office"),
        ),
    ),
    CodeList(
        "agenda_owner",
        "Who must do it",
        (
            Code("person", "The person"),
            Code("office", "The office", "whoever holds the case"),
            Code("respondent", "The other side"),
        ),
    ),
    CodeList(
        "agenda_state",
        "Where a deadline or task stands",
        (
            Code("open", "Open"),
            Code("met", "Met, or done"),
            Code("missed", "Missed"),
            Code("void", "Not needed any more"),
        ),
    ),
    CodeList(
        "referral_kind",
        "What a referral carries",
        (
            Code("told", "The person was told where to go", "nothing about them goes out: needs no consent"),
            Code("details", "Details of the person go to the service", "needs their consent"),
        ),
    ),
    CodeList(
        "referral_state",
        "Where a referral stands",
        (
            Code("draft", "Being prepared"),
            Code("sent", "Sent"),
            Code("received", "Received there"),
            Code("accepted", "Accepted"),
            Code("declined", "Declined"),
            Code("done", "Done"),
            Code("revoked", "Taken back"),
            Code("no_answer", "No answer", "noted by the program 14 days after it was sent or received"),
        ),
    ),
    CodeList(
        "referral_reason",
        "Why a service declined",
        (
            Code("full", "Takes nobody now"),
            Code("not_theirs", "Not a problem they help with"),
            Code("wrong_area", "The person lives outside their area"),
            Code("not_eligible", "The person does not meet their conditions"),
            Code("conflict", "They act for the other side"),
            Code("person_absent", "The person did not come"),
            Code("other", "Another reason"),
        ),
    ),
    CodeList(
        "referral_result",
        "What came of a referral",
        (
            Code("helped", "The service helped"),
            Code("partly_helped", "The service helped with a part"),
            Code("not_helped", "The service did not help"),
            Code("not_reached", "The person never got there"),
            Code("unknown", "Not known"),
        ),
    ),
    CodeList(
        "referral_override",
        "Why details went out without consent",
        (
            Code("danger_to_life", "Danger to somebody's life, and the person cannot be asked in time"),
            Code("child_in_danger", "A child is in danger, and the law says that it must be reported"),
        ),
    ),
    CodeList(
        "activity",
        "What time was spent on",
        (
            Code("call", "Phone call"),
            Code("message", "Writing messages"),
            Code("meeting", "Meeting"),
            Code("letter", "Letter or form"),
            Code("research", "Looking into the law"),
            Code("negotiation", "Talking to the other side"),
            Code("visit", "Visit or travel"),
            Code("hearing", "Court, tribunal or office"),
            Code("other", "Something else"),
        ),
    ),
    CodeList(
        "follow_up_state",
        "Where a follow-up stands",
        (
            Code("due", "To be asked"),
            Code("asked", "Asked in the chat", "the person has not answered yet"),
            Code("answered", "Answered"),
            Code("unreached", "The person could not be reached"),
            Code("void", "Not asked", "the case was opened again, or ended otherwise"),
        ),
    ),
    CodeList(
        "follow_up_answer",
        "What the person said later",
        (Code("yes", "Yes"), Code("partly", "In part"), Code("no", "No"), Code("unsure", "Not sure")),
    ),
    CodeList(
        "managed_alone",
        "Whether the person would have managed without help",
        (Code("yes", "Yes"), Code("perhaps", "Perhaps"), Code("no", "No"), Code("unsure", "Not sure")),
        "the counterfactual, on which every count of what help is worth stands",
    ),
)
LISTS: dict[str, CodeList] = {each.id: each for each in _LISTS}
