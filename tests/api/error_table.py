"""Every error code of the service and every HTTP status, and what each of them means for the user.

Source: the error-code page of BigModel with its HTTP column, and its older editions.
"""

from glmdesk.api.retry import BRIEF, CROWDED, ONCE, PATIENT, Backoff
from glmdesk.domain.errors import Action, KeyProblem, NetworkFault, ServiceBusy, ServiceRefused, UserError

# Code, HTTP status where the official table names one, what it becomes, the action beside it, and when to
# ask again unasked.
KEY, NO, BUSY, AWAY = KeyProblem, ServiceRefused, ServiceBusy, NetworkFault
CODES: list[tuple[str, int, type[UserError], Action, Backoff | None]] = [
    ("", 500, BUSY, Action.RETRY, BRIEF),
    ("1000", 401, KEY, Action.ENTER_KEY, None),
    ("1001", 401, KEY, Action.ENTER_KEY, None),
    ("1002", 401, KEY, Action.ENTER_KEY, None),
    ("1003", 401, KEY, Action.ENTER_KEY, None),
    ("1004", 401, KEY, Action.ENTER_KEY, None),
    ("1005", 401, NO, Action.OPEN_CONSOLE, None),
    ("1100", 500, NO, Action.OPEN_CONSOLE, None),
    ("1110", 403, NO, Action.OPEN_CONSOLE, None),
    ("1111", 403, NO, Action.OPEN_CONSOLE, None),
    ("1112", 403, NO, Action.OPEN_CONSOLE, None),
    ("1113", 429, NO, Action.OPEN_BILLING, None),
    ("1120", 500, BUSY, Action.RETRY, ONCE),
    ("1121", 403, NO, Action.OPEN_CONSOLE, None),
    ("1200", 500, BUSY, Action.RETRY, BRIEF),
    ("1210", 400, NO, Action.EDIT_QUESTION, None),
    ("1211", 400, NO, Action.CHOOSE_MODEL, None),
    ("1212", 400, NO, Action.CHOOSE_MODEL, None),
    ("1213", 400, NO, Action.EDIT_QUESTION, None),
    ("1214", 400, NO, Action.EDIT_QUESTION, None),
    ("1215", 400, NO, Action.EDIT_QUESTION, None),
    ("1220", 403, NO, Action.OPEN_CONSOLE, None),
    ("1221", 400, NO, Action.OPEN_SETTINGS, None),
    ("1222", 400, NO, Action.OPEN_SETTINGS, None),
    ("1230", 500, BUSY, Action.RETRY, BRIEF),
    ("1231", 400, NO, Action.RETRY, None),
    ("1234", 500, BUSY, Action.RETRY, BRIEF),
    ("1261", 400, NO, Action.NEW_CHAT, None),
    ("1300", 403, NO, Action.EDIT_QUESTION, None),
    ("1301", 400, NO, Action.EDIT_QUESTION, None),
    ("1302", 429, BUSY, Action.RETRY, CROWDED),
    ("1303", 429, BUSY, Action.RETRY, CROWDED),
    ("1304", 429, NO, Action.CHOOSE_MODEL, None),
    ("1305", 429, BUSY, Action.CHOOSE_MODEL, PATIENT),
    ("1308", 429, NO, Action.CHOOSE_MODEL, None),
    ("1309", 429, NO, Action.OPEN_CONSOLE, None),
    ("1310", 429, NO, Action.CHOOSE_MODEL, None),
    ("1311", 429, NO, Action.OPEN_CONSOLE, None),
    ("1312", 429, BUSY, Action.CHOOSE_MODEL, PATIENT),
    ("1313", 429, NO, Action.OPEN_CONSOLE, None),
    ("1314", 429, NO, Action.OPEN_CONSOLE, None),
    ("1315", 429, NO, Action.OPEN_CONSOLE, None),
    ("1316", 429, NO, Action.CHOOSE_MODEL, None),
    ("1317", 429, NO, Action.CHOOSE_MODEL, None),
    ("1318", 429, NO, Action.CHOOSE_MODEL, None),
    ("1319", 429, NO, Action.CHOOSE_MODEL, None),
    ("1320", 429, NO, Action.CHOOSE_MODEL, None),
    ("1321", 429, NO, Action.CHOOSE_MODEL, None),
    ("1701", 429, BUSY, Action.RETRY, BRIEF),
    ("1702", 429, NO, Action.EDIT_QUESTION, None),
    ("1703", 429, NO, Action.EDIT_QUESTION, None),
]

# The status where no code was given.
STATUSES: list[tuple[int, type[UserError], Action, Backoff | None]] = [
    (204, AWAY, Action.RETRY, None),
    (301, AWAY, Action.RETRY, None),
    (302, AWAY, Action.RETRY, None),
    (307, AWAY, Action.RETRY, None),
    (400, NO, Action.EDIT_QUESTION, None),
    (401, KEY, Action.ENTER_KEY, None),
    (403, AWAY, Action.RETRY, None),
    (404, AWAY, Action.OPEN_SETTINGS, None),
    (405, AWAY, Action.RETRY, None),
    (407, AWAY, Action.RETRY, None),
    (413, NO, Action.NEW_CHAT, None),
    (429, BUSY, Action.RETRY, BRIEF),
    (434, NO, Action.OPEN_CONSOLE, None),
    (435, NO, Action.EDIT_QUESTION, None),
    (500, BUSY, Action.RETRY, BRIEF),
    (501, AWAY, Action.RETRY, BRIEF),
    (502, AWAY, Action.RETRY, BRIEF),
    (503, AWAY, Action.RETRY, BRIEF),
    (504, AWAY, Action.RETRY, BRIEF),
    (520, AWAY, Action.RETRY, BRIEF),
]
