"""One error tree: what may be said to whom, and who acts on it.

    ConsentryError
    ├── InputError          expected: the asker reads it and mends the input (HTTP 400, exit 2)
    │   ├── NotFoundError   the thing named does not exist (HTTP 404)
    │   ├── ConflictError   it exists already, or is in the wrong state (HTTP 409)
    │   └── DeniedError     no right to it (HTTP 403)
    ├── CameraError         transient: the camera's ``run()`` retries with backoff, shows ``state``
    ├── DeliveryError       transient: the message's channel retries with backoff, owner is told
    ├── LockedError         the keys are locked: somebody must type a password first (HTTP 423)
    ├── StorageError        volume or database needs its owner (full, missing, read-only, newer)
    └── IntegrityError      stored bytes are not what was written; the rest stays readable

The text of each is one clear sentence for its reader: what is wrong, where, what to do. It never
holds a secret: whatever comes from libav passes ``model.secret.redact`` first.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Which of its kind an error is, where the page says it in words of its own.

    The sentence of an error is English, for logs, programs and the terminal. What a person can
    meet in the page has a reason here and words there, in each language (``why.<reason>``).
    """

    CAMERA_NAME_TAKEN = "camera_name_taken"
    MEMBER_NAME_TAKEN = "member_name_taken"
    OWNER_EXISTS = "owner_exists"
    ONLY_OWNER = "only_owner"
    STILL_MEMBER = "still_member"
    CAMERA_OFF = "camera_off"
    CAMERA_WITHOUT_USER = "camera_without_user"
    CAMERA_WITHOUT_ONVIF = "camera_without_onvif"
    CAMERA_KEPT_PASSWORD = "camera_kept_password"  # noqa: S105 - the name of a reason
    OUTDOORS = "outdoors"
    STILL_WRITTEN = "still_written"
    CHANGED_MEANWHILE = "changed_meanwhile"
    KEY_CHANGING = "key_changing"
    PASSWORD_LENGTH = "password_length"  # noqa: S105 - the name of a reason
    WORDS_FORGOTTEN = "words_forgotten"
    WORDS_FIRST = "words_first"
    WRONG_WORD = "wrong_word"
    OTHER_WORDS = "other_words"
    WORDS_COUNT = "words_count"
    WORD_UNKNOWN = "word_unknown"
    WORDS_MIXED = "words_mixed"
    OTHER_PASSKEY = "other_passkey"
    PASSKEY_ADDRESS = "passkey_address"
    TOO_LONG = "too_long"
    HIDDEN_EDGE = "hidden_edge"
    ZONE_NAME_TWICE = "zone_name_twice"
    NO_DAY = "no_day"
    STREAM_ADDRESS = "stream_address"
    HUB_ADDRESS = "hub_address"
    TOO_MANY_CHANNELS = "too_many_channels"
    CHANNEL_MOVED = "channel_moved"
    MAIL_ADDRESSES = "mail_addresses"
    BROKER_TOPIC = "broker_topic"
    PORT = "port"
    SERVER_UNKNOWN = "server_unknown"
    SERVER_SILENT = "server_silent"
    SERVER_REFUSED = "server_refused"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_HUNG_UP = "server_hung_up"
    SERVER_CERTIFICATE = "server_certificate"
    SERVER_ENCRYPTION = "server_encryption"
    SERVER_PASSWORD = "server_password"  # noqa: S105 - the name of a reason
    MAIL_RECIPIENTS = "mail_recipients"
    MAIL_SENDER = "mail_sender"
    MAIL_DECLINED = "mail_declined"
    SERVICE_UNKNOWN = "service_unknown"
    SERVICE_DECLINED = "service_declined"
    SERVICE_ANSWERED = "service_answered"
    SERVICE_KEY = "service_key"
    SERVICE_MISSING = "service_missing"
    SERVICE_LIMIT = "service_limit"
    SERVICE_ILL = "service_ill"
    SERVICE_NOT_FOUND = "service_not_found"
    SERVICE_SILENT = "service_silent"
    SERVICE_REFUSED = "service_refused"
    SERVICE_CERTIFICATE = "service_certificate"
    SERVICE_UNREACHABLE = "service_unreachable"


class ConsentryError(Exception):
    """Root of all errors this product raises on purpose.

    ``facts`` fill the places in the page's words for ``reason``, such as the name that is taken.
    """

    def __init__(self, sentence: str, *, reason: Reason | None = None, **facts: str | int) -> None:
        """Keep the reason and its facts beside the sentence."""
        super().__init__(sentence)
        self.reason = reason
        self.facts = {name: str(fact) for name, fact in facts.items()}


class InputError(ConsentryError):
    """What was asked for cannot be done as asked; the text says what to change."""


class NotFoundError(InputError):
    """The named thing does not exist."""


class ConflictError(InputError):
    """The named thing exists already or is not in a state that allows this."""


class DeniedError(InputError):
    """The asker has no right to this."""


class DeliveryError(ConsentryError):
    """A message did not reach its channel (mail server, broker, service)."""


class LockedError(ConsentryError):
    """Recordings cannot be opened until a password has opened the household's key."""

    def __init__(self) -> None:
        """Use the one sentence there is for it."""
        super().__init__("The recordings are locked: type your password to unlock them.")


class StorageError(ConsentryError):
    """The recording volume or the database cannot take or give bytes."""


class IntegrityError(ConsentryError):
    """Stored bytes fail authentication or contradict the index."""


class CameraState(StrEnum):
    """What a camera stream is doing, as the page and the log name it."""

    OFF = "off"
    CONNECTING = "connecting"
    ONLINE = "online"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a state
    NOT_FOUND = "not_found"
    NO_VIDEO = "no_video"
    UNSUPPORTED_CODEC = "unsupported_codec"
    STALLED = "stalled"
    BROKEN_STREAM = "broken_stream"
    DISCONNECTED = "disconnected"
    STORAGE = "storage"
    CRASHED = "crashed"


class CameraError(ConsentryError):
    """A camera stream ended or never began; ``state`` names why and is what the page shows."""

    def __init__(
        self,
        state: CameraState,
        sentence: str,
        *,
        reason: Reason | None = None,
        **facts: str | int,
    ) -> None:
        """Keep the state beside the sentence."""
        super().__init__(sentence, reason=reason, **facts)
        self.state = state
