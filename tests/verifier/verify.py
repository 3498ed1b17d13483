#!/usr/bin/env python3
"""Checks an exported Mingzhang log without a line of Mingzhang's code.

    verify.py BODIES [--head HEAD]

BODIES holds the bodies of one ledger, one per line, in order; HEAD an exported head line. Either may be "-" for
standard input. Standard library only, Python 3.9 or newer. docs/LOG_FORMAT.md says what is checked and why.

Exit code: 0 everything holds, 1 findings, 2 wrong usage or unreadable files.
"""

import argparse
import datetime
import decimal
import hashlib
import json
import re
import sys
import unicodedata

MAX_BODY = 16 * 1024
MAX_POSTINGS = 64
SHOWN = 100

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HASH = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"[0-9a-f]{32}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", re.ASCII)
AMOUNT = re.compile(r"-?(0|[1-9]\d*)\.\d\d", re.ASCII)
WORD = re.compile(r"[a-z][a-z0-9_]*")

NUMBERS = {"v", "position", "stream_version", "schema_version"}
REQUIRED = NUMBERS | {
    "ledger_id", "event_id", "stream_type", "stream_id", "event_type", "effective_on", "recorded_at", "actor",
    "command_id", "correlation_id", "salt", "data",
}
OPTIONAL = {"causation_id", "postings"}
ACTORS = {"staff", "person", "service", "gateway"}
PURSES = {"company", "owners_income", "maintenance_fund"}
FUNDS = {"operating", "pass_through", "deposit", "owners_income", "maintenance_fund"}
VAT = {"rated", "exempt", "not_taxable", "zero_rated"}
BOOKS = {
    "cash", "cash_difference", "bank", "channel", "receivable", "pass_through_receivable", "allowance",
    "suspense", "credit", "deposit_held", "refunds_payable", "pass_through_payable", "supplier_payable",
    "owners_income_payable", "unearned", "vat_pending", "vat_due", "fund_balance",
    "revenue", "late_fee_income", "other_revenue",
    "channel_fee", "impairment", "borne_expense", "prior_adjustment",
    "opening_clearing", "inter_ledger", "inter_purse",
}
LINE_IDS = {
    "account", "party", "charge", "lot", "deposit", "fee_item", "channel_account", "counter_ledger", "supplier",
}
LINE = LINE_IDS | {"book", "purse", "amount", "fund", "period", "vat_category"}


class Broken(Exception):
    """A rule that does not hold: a class of findings and what is wrong, without values."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def need(holds, kind, message):
    if not holds:
        raise Broken(kind, message)


# ---- canonical JSON -------------------------------------------------------------------------------------------------

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def canonical_text(text):
    return '"' + "".join(ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def canonical(value):
    """RFC 8785 of what a log may hold: no floats, so integers are all there is of its number rules."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        # RFC 8785 sorts keys by UTF-16 code units.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical_text(key) + ":" + canonical(value[key]) for key in keys) + "}"
    raise Broken("canonical", "a null or a number with a fraction")


def no_twins(pairs):
    fields = dict(pairs)
    need(len(fields) == len(pairs), "canonical", "a key stands twice in one object")
    return fields


def refuse_number(_text):
    raise Broken("canonical", "a number with a fraction or exponent")


def parse(line):
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise Broken("canonical", "not UTF-8") from None
    try:
        value = json.loads(
            text, object_pairs_hook=no_twins, parse_float=refuse_number, parse_constant=refuse_number
        )
    except (ValueError, RecursionError):
        raise Broken("canonical", "not JSON") from None
    try:
        again = canonical(value).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        raise Broken("canonical", "a lone surrogate, or nested without end") from None
    need(again == line, "canonical", "not the canonical form of what it says (RFC 8785)")
    need(isinstance(value, dict), "canonical", "not an object")
    return value


def plain(value, where):
    """The rules of `data` and everything else below the envelope: no numbers, nothing empty, NFC, no controls."""
    if isinstance(value, bool):
        return
    if isinstance(value, str):
        need(unicodedata.is_normalized("NFC", value), "canonical", f"{where}: a text is not NFC")
        need(
            not any(unicodedata.category(c) == "Cc" for c in value), "canonical", f"{where}: a control character"
        )
        return
    need(isinstance(value, (list, dict)), "canonical", f"{where}: a number")
    need(len(value) > 0, "canonical", f"{where}: an empty array or object")
    if isinstance(value, list):
        for item in value:
            plain(item, where)
        return
    for key, item in value.items():
        need(WORD.fullmatch(key), "canonical", f"{where}: a key is not [a-z][a-z0-9_]*")
        plain(item, f"{where}.{key}")


# ---- one body -------------------------------------------------------------------------------------------------------


def is_date(text):
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return False
    try:
        return 1990 <= datetime.date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def is_instant(text):
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        return False
    try:
        datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return True


def is_text(value, pattern):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def check_envelope(body):
    missing, unknown = REQUIRED - body.keys(), body.keys() - REQUIRED - OPTIONAL
    need(not missing, "envelope", "missing: " + ", ".join(sorted(missing)))
    need(not unknown, "envelope", "unknown: " + ", ".join(sorted(unknown)))
    for name in sorted(NUMBERS):
        value = body[name]
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        need(good, "envelope", f"{name} is not a whole number from 1")
    need(body["v"] == 1, "envelope", "v is not 1")
    for name in ["ledger_id", "event_id", "stream_id", "command_id", "correlation_id", "causation_id"]:
        if name in body:
            need(is_text(body[name], UUID), "envelope", f"{name} is not a lower-case hyphenated UUID")
    for name in ["stream_type", "event_type"]:
        need(is_text(body[name], WORD), "envelope", f"{name} is not a word")
    need(is_date(body["effective_on"]), "envelope", "effective_on is not a date from 1990 to 2100")
    need(is_instant(body["recorded_at"]), "envelope", "recorded_at is not UTC with six fraction digits")
    need(is_text(body["salt"], SALT), "envelope", "salt is not 32 hexadecimal digits")
    actor = body["actor"]
    good = isinstance(actor, dict) and actor.keys() == {"kind", "id"} and is_text(actor["id"], UUID)
    need(good and actor["kind"] in ACTORS, "envelope", "actor is not {id, kind}")
    need(isinstance(body["data"], dict), "envelope", "data is not an object")
    if body["data"]:
        plain(body["data"], "data")


def check_line(line):
    need(isinstance(line, dict), "postings", "a line is not an object")
    missing, unknown = {"book", "purse", "amount"} - line.keys(), line.keys() - LINE
    need(not missing, "postings", "a line lacks " + ", ".join(sorted(missing)))
    need(not unknown, "postings", "a line has unknown fields: " + ", ".join(sorted(unknown)))
    for name in LINE_IDS & line.keys():
        need(is_text(line[name], UUID), "postings", f"a line's {name} is not a UUID")
    for name, words in [("book", BOOKS), ("purse", PURSES), ("fund", FUNDS), ("vat_category", VAT)]:
        if name in line:
            need(isinstance(line[name], str) and line[name] in words, "postings", f"a line's {name} is not in its list")
    need("period" not in line or is_text(line["period"], MONTH), "postings", "a line's period is not a month")
    need(is_text(line["amount"], AMOUNT), "postings", "a line's amount has not exactly two decimals")
    need(line["amount"].strip("-0.") != "", "postings", "a line's amount is zero")


def check_postings(lines):
    need(isinstance(lines, list), "postings", "postings is not an array")
    need(len(lines) <= MAX_POSTINGS, "postings", f"more than {MAX_POSTINGS} lines")
    sums, keys = {}, set()
    for line in lines:
        check_line(line)
        key = tuple(sorted((name, value) for name, value in line.items() if name != "amount"))
        need(key not in keys, "postings", "two lines with equal keys")
        keys.add(key)
        sums[line["purse"]] = sums.get(line["purse"], 0) + decimal.Decimal(line["amount"])
    for purse, total in sorted(sums.items()):
        need(total == 0, "postings", f"the purse {purse} does not sum to zero")


# ---- the tree (RFC 6962) --------------------------------------------------------------------------------------------


def leaf_hash(body):
    return hashlib.sha256(b"\x00" + body).digest()


def push(frontier, size, leaf):
    """Appends a leaf to the roots of the perfect subtrees, largest first."""
    while size & 1:
        leaf = hashlib.sha256(b"\x01" + frontier.pop() + leaf).digest()
        size >>= 1
    frontier.append(leaf)


def root_of(frontier):
    if not frontier:
        return hashlib.sha256(b"").digest()
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = hashlib.sha256(b"\x01" + left + root).digest()
    return root


# ---- the log --------------------------------------------------------------------------------------------------------


def derived_event_id(command_id, ordinal):
    """UUIDv8 of the first 16 bytes of SHA-256 over the canonical array of strings."""
    text = canonical(["mingzhang/event/1", command_id, str(ordinal)]).encode()
    value = bytearray(hashlib.sha256(text).digest()[:16])
    value[6] = value[6] & 0x0F | 0x80
    value[8] = value[8] & 0x3F | 0x80
    digits = value.hex()
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


class Log:
    """What is known of the prefix read so far."""

    def __init__(self, head):
        self.findings = []
        self.head = head
        self.size = 0
        self.frontier = []
        self.ledger_id = None
        self.recorded_at = ""
        self.command_id = None
        self.ordinal = 0
        self.streams = {}
        self.commands = set()
        self.at_head = (root_of([]), None) if head and head["size"] == 0 else None

    def find(self, position, kind, message):
        self.findings.append((position, kind, message))

    def add(self, line):
        position = self.size + 1
        need_bytes = 2 <= len(line) <= MAX_BODY
        body = None
        try:
            need(need_bytes, "canonical", "not between 2 bytes and 16 KiB")
            body = parse(line)
            check_envelope(body)
            if "postings" in body:
                check_postings(body["postings"])
        except Broken as broken:
            self.find(position, broken.kind, str(broken))
        push(self.frontier, self.size, leaf_hash(line))
        self.size = position
        if isinstance(body, dict):
            self.follow(position, body)
        if self.head and self.head["size"] == position:
            self.at_head = (root_of(self.frontier), body.get("recorded_at") if body else None)

    def follow(self, position, body):
        """What ties a body to those before it. A field that is no good was found before."""
        if body.get("position") != position:
            self.find(position, "position", "its position is not its place in the log")
        self.ledger_id = self.ledger_id or body.get("ledger_id")
        if body.get("ledger_id") != self.ledger_id:
            self.find(position, "ledger", "of another ledger than the first event")
        if position == 1 and body.get("event_type") != "ledger_opened":
            self.find(position, "ledger", "the first event is not ledger_opened")
        recorded_at = body.get("recorded_at")
        if isinstance(recorded_at, str):
            if recorded_at < self.recorded_at:
                self.find(position, "time", "recorded before the event in front of it")
            self.recorded_at = max(self.recorded_at, recorded_at)
        self.follow_stream(position, body)
        self.follow_command(position, body)

    def follow_stream(self, position, body):
        stream_id, kind = body.get("stream_id"), body.get("stream_type")
        if not isinstance(stream_id, str):
            return
        version, known_kind = self.streams.get(stream_id, (0, kind))
        if body.get("stream_version") != version + 1:
            self.find(position, "stream", f"its stream_version is not {version + 1}")
        if kind != known_kind:
            self.find(position, "stream", "its stream was of another type before")
        self.streams[stream_id] = (version + 1, known_kind)

    def follow_command(self, position, body):
        command_id = body.get("command_id")
        if not isinstance(command_id, str):
            return
        if command_id == self.command_id:
            self.ordinal += 1
        else:
            if command_id in self.commands:
                self.find(position, "command", "the events of its command do not stand together")
            self.commands.add(command_id)
            self.command_id, self.ordinal = command_id, 0
        if body.get("event_id") != derived_event_id(command_id, self.ordinal):
            self.find(position, "command", "its event_id does not derive from its command")

    def finish(self):
        if not self.head:
            return
        size = self.head["size"]
        if self.ledger_id is not None and self.head["ledger_id"] != self.ledger_id:
            self.find(0, "head", "the head is of another ledger")
        if self.at_head is None:
            self.find(0, "head", f"the head knows {size} events, the log has {self.size}")
            return
        root, recorded_at = self.at_head
        if root.hex() != self.head["root"]:
            self.find(0, "head", f"the root over the first {size} events is not the head's")
        if size > 0 and recorded_at != self.head["recorded_at"]:
            self.find(0, "head", "the head's recorded_at is not its last event's")


# ---- the command ----------------------------------------------------------------------------------------------------


def read_head(line):
    head = parse(line)
    good = (
        head.keys() == {"format", "ledger_id", "size", "root", "recorded_at"}
        and head["format"] == "mingzhang-head/1"
        and is_text(head["ledger_id"], UUID)
        and isinstance(head["size"], int)
        and not isinstance(head["size"], bool)
        and head["size"] >= 0
        and is_text(head["root"], HASH)
        and is_instant(head["recorded_at"])
    )
    need(good, "head", "not a head of format mingzhang-head/1")
    return head


def opened(name):
    return sys.stdin.buffer if name == "-" else open(name, "rb")


def lines_of(stream):
    for line in stream:
        yield line[:-1] if line.endswith(b"\n") else line


def report(log):
    for position, kind, message in log.findings[:SHOWN]:
        print(f"{'position ' + str(position) if position else 'log'}: {kind}: {message}")
    if len(log.findings) > SHOWN:
        print(f"… and {len(log.findings) - SHOWN} more")
    print(f"ledger    {log.ledger_id or '-'}")
    print(f"size      {log.size}")
    print(f"root      {root_of(log.frontier).hex()}")
    print(f"frontier  {b''.join(log.frontier).hex() or '-'}")
    print(f"streams   {len(log.streams)}")
    if log.head:
        print(f"head      size {log.head['size']} root {log.head['root']}")
    print("result    " + ("everything holds" if not log.findings else f"{len(log.findings)} findings"))


def main(arguments):
    parser = argparse.ArgumentParser(description="Checks an exported Mingzhang log.")
    parser.add_argument("bodies", help="bodies of one ledger, one per line, in order; - for standard input")
    parser.add_argument("--head", help="a head line written before; the log must begin with what it covers")
    options = parser.parse_args(arguments)
    if options.bodies == "-" and options.head == "-":
        parser.error("only one of the two can be standard input")
    try:
        head = None
        if options.head:
            with opened(options.head) as stream:
                head = read_head(next(lines_of(stream), b""))
        log = Log(head)
        with opened(options.bodies) as stream:
            for line in lines_of(stream):
                log.add(line)
    except OSError as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    except Broken as broken:
        print(f"{options.head}: {broken}", file=sys.stderr)
        return 2
    log.finish()
    report(log)
    return 1 if log.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
