"""A partner's client in Python: it sends incidents, reads how each was answered, and reads a picture.

    python3 client.py --protos FILE... --sender DIR --reader DIR [--count N] [--feed]

FILE holds descriptors of protos, as ``buf build`` writes them (see ../README.md); the messages are made of them when the
program starts, so nothing is generated. DIR is an identity folder. The sender may report incidents of Upplands-Bro
(0139), the reader may see them. It ends by printing one line of JSON with what it saw. With --feed the reader also receives
the incidents over the feed, in two connections.
"""

import argparse
import hashlib
import json
import pathlib
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

MUNICIPALITY = "0139"
WEEK = {"year": 2024, "week": 20}
INCIDENTS_PER_MESSAGE = 50


# ---- The protos -----------------------------------------------------------------------------------------------------


class Protos:
    """The messages and services that files with a FileDescriptorSet describe."""

    def __init__(self, files):
        self._pool = descriptor_pool.DescriptorPool()
        known = set()
        for file in files:
            # Each proto stands after those that it imports. The common ones come in every set.
            for proto in descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(file).read_bytes()).file:
                if proto.name not in known:
                    known.add(proto.name)
                    self._pool.Add(proto)
        self._messages = message_factory.MessageFactory(self._pool)

    def message(self, name):
        """The class of a message, such as ``google.rpc.Status``."""
        return self._messages.GetPrototype(self._pool.FindMessageTypeByName(name))

    def enum_name(self, enum, number):
        """The name of an enum's value; its number where these protos are older than the hub."""
        value = self._pool.FindEnumTypeByName(enum).values_by_number.get(number)
        return value.name if value else str(number)

    def rpc(self, channel, service, method):
        """A callable for an RPC. What is generated for Python does no more than this."""
        described = self._pool.FindServiceByName(service).FindMethodByName(method)
        if method.startswith("Stream"):
            shape = channel.stream_stream
        else:
            shape = channel.unary_stream if method == "Subscribe" else channel.unary_unary
        return shape(
            f"/{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=self._messages.GetPrototype(described.output_type).FromString,
        )


# ---- Who we are -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """An identity folder: the certificate with those that issued it, its key, the hub's root, and where the hub is."""

    folder: pathlib.Path
    hub: dict

    @staticmethod
    def read(folder):
        folder = pathlib.Path(folder)
        return Identity(folder, json.loads((folder / "hub.json").read_text(encoding="utf-8")))

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()


def fetch_token(identity):
    """Asks for an access token. The certificate is what proves who asks; there is no secret (RFC 8705)."""
    tls = ssl.create_default_context(cafile=identity.folder / "ca.crt")  # trusts the hub's root alone
    tls.load_cert_chain(identity.folder / "client.crt", identity.folder / "client.key")
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": identity.hub["id"]})
    request = urllib.request.Request(identity.hub["token_endpoint"], data=form.encode("ascii"))
    try:
        # No proxy: the certificate is shown to the hub and to nobody on the way.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls)
        )
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)["access_token"]
    except urllib.error.HTTPError as error:
        raise SystemExit(f"No access token: HTTP {error.code} {error.read().decode('utf-8', 'replace')}") from error


def connect(identity, token=None):
    """Opens a channel to the hub. With a token, every call carries it."""
    credentials = grpc.ssl_channel_credentials(
        identity.bytes_of("ca.crt"), identity.bytes_of("client.key"), identity.bytes_of("client.crt")
    )
    if token is not None:
        # A token lasts some minutes (`expires_in`): a program that runs for longer implements
        # grpc.AuthMetadataPlugin instead, keeps it there and fetches the next one before it expires.
        credentials = grpc.composite_channel_credentials(credentials, grpc.access_token_call_credentials(token))
    return grpc.secure_channel(urllib.parse.urlsplit(identity.hub["url"]).netloc, credentials)


# ---- Errors ---------------------------------------------------------------------------------------------------------


def error_info(protos, error):
    """The one ErrorInfo of a failed call: `reason` is from the closed list in errors/v1, metadata says what to do."""
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-status-details-bin":
            for detail in protos.message("google.rpc.Status").FromString(value).details:
                info = protos.message("google.rpc.ErrorInfo")()
                if detail.Unpack(info):
                    return info
    return None  # the call never reached the hub


# ---- Sending --------------------------------------------------------------------------------------------------------


def incident(source_ref, category):
    """A report of a place and a situation. `source_ref` is our own id of it: sending it again is harmless."""
    return {
        "report": {
            "source_ref": source_ref,
            "revision": 1,
            "occurred": {"from": {"seconds": 1715767200}, "certainty": "TIME_CERTAINTY_EXACT"},  # 2024-05-15T10:00Z
            "category": category,
            "severity": "SEVERITY_MODERATE",
            "confidence": "CONFIDENCE_OBSERVED",
            "environment": "ENVIRONMENT_STREET",
            "place": {"area": "0139-bro", "precision": "PRECISION_DISTRICT"},
        },
        "responder": "RESPONDER_POLICE",
    }


def stream_incidents(protos, channel, incidents):
    """Streams incidents, many a message, and gives the results, which come in the hub's order and not in ours."""
    request = protos.message("trygghethub.incidents.v1.StreamIncidentsRequest")

    # gRPC takes from this in a thread of its own, while the answers are read below.
    def messages():
        for start in range(0, len(incidents), INCIDENTS_PER_MESSAGE):
            yield request(incidents=incidents[start : start + INCIDENTS_PER_MESSAGE])

    stream = protos.rpc(channel, "trygghethub.incidents.v1.IncidentService", "StreamIncidents")
    return [result for answer in stream(messages(), timeout=300) for result in answer.results]


def picture_call(protos, channel, method):
    """Calls an RPC that names a municipality and a week. A call that hangs is worse than one that fails."""
    request = protos.message(f"trygghethub.pictures.v1.{method}Request")(municipality=MUNICIPALITY, week=WEEK)
    return protos.rpc(channel, "trygghethub.pictures.v1.PictureService", method)(request, timeout=60).picture


# ---- Receiving ------------------------------------------------------------------------------------------------------


def read_feed(protos, channel, cursor=b"", most_messages=None):
    """Reads the feed after ``cursor``, or from the first report on, until all that there is has been read, or so many
    messages. Keep the cursor when the entries are processed, and no sooner: whoever comes back with it loses nothing."""
    request = protos.message("trygghethub.feed.v1.SubscribeRequest")(
        purpose="PURPOSE_WEEKLY_PICTURE", entries_per_message=INCIDENTS_PER_MESSAGE
    )
    if cursor:
        request.cursor = cursor
    stream = protos.rpc(channel, "trygghethub.feed.v1.FeedService", "Subscribe")(request, timeout=60)
    entries = []
    for number, message in enumerate(stream, start=1):
        entries.extend(message.entries)
        cursor = message.cursor
        if message.caught_up or number == most_messages:
            break  # a program that follows the feed goes on instead, and connects again when it ends
    stream.cancel()
    return entries, cursor


def read_feed_twice(protos, channel):
    """Reads the feed in two connections: the second goes on where the first was left."""
    first, cursor = read_feed(protos, channel, most_messages=1)
    rest, _ = read_feed(protos, channel, cursor)
    entries = first + rest
    return {
        "first": len(first),
        "rest": len(rest),
        "reports": len({getattr(entry, entry.WhichOneof("subject")).name for entry in entries}),
        "changes": sorted({protos.enum_name("trygghethub.feed.v1.FeedChange", entry.change) for entry in entries}),
        "grounds": sorted(
            {f"{entry.grounds.agreement} {entry.grounds.clause}" if entry.HasField("grounds") else "" for entry in entries}
        ),
    }


# ---- The scenario ---------------------------------------------------------------------------------------------------


def main():
    arguments = argparse.ArgumentParser(description="Sends incidents and reads the picture of their week.")
    arguments.add_argument("--protos", required=True, nargs="+", help="descriptors of the protos, made by buf build")
    arguments.add_argument("--sender", required=True, help="identity folder of one who may report incidents")
    arguments.add_argument("--reader", required=True, help="identity folder of one who may see them")
    arguments.add_argument("--count", type=int, default=500, help="how many incidents to send")
    arguments.add_argument("--feed", action="store_true", help="read the feed too")
    options = arguments.parse_args()

    protos = Protos(options.protos)
    sender = Identity.read(options.sender)
    reader = Identity.read(options.reader)

    # 1. Send, with one report in the middle that the hub will refuse: the rest is taken all the same.
    incidents = [incident(f"client-{i}", "graffiti") for i in range(options.count)]
    incidents.insert(len(incidents) // 2, incident("client-refused", "no-such-category"))
    with connect(sender, fetch_token(sender)) as channel:
        results = stream_incidents(protos, channel, incidents)
    accepted = [result for result in results if result.WhichOneof("outcome") == "accepted"]
    refused = [result for result in results if result.WhichOneof("outcome") == "refused"]

    # 2. Read the week as the municipality may see it: compile it, then get it.
    with connect(reader, fetch_token(reader)) as channel:
        picture_call(protos, channel, "CompilePicture")
        picture = picture_call(protos, channel, "GetPicture")

        # Where it is asked for: receive the same as it was shared, report by report.
        feed = {"feed": read_feed_twice(protos, channel)} if options.feed else {}

    # 3. A call that fails: without a token the certificate alone is not enough.
    with connect(reader) as channel:
        try:
            picture_call(protos, channel, "GetPicture")
            raise SystemExit("The hub took a call without a token.")
        except grpc.RpcError as error:
            failure, info = error, error_info(protos, error)

    # A digest over all receipts: whoever sends the same again, in whatever language, gets the same ones.
    receipts = hashlib.sha256()
    for result in sorted(accepted, key=lambda result: result.source_ref):
        receipts.update(f"{result.source_ref} {result.accepted.receipt.hex()}\n".encode("ascii"))

    seen = {
        "accepted": len(accepted),
        "receipts_sha256": receipts.hexdigest(),
        "refused": [
            {
                "source_ref": result.source_ref,
                "reason": protos.enum_name("trygghethub.errors.v1.ErrorReason", result.refused.reason),
                "field": result.refused.field,
            }
            for result in refused
        ],
        "picture": {
            "name": picture.name,
            "state": protos.enum_name("trygghethub.pictures.v1.PictureState", picture.state),
            "reports": picture.totals.reports,
            "partner_reports": picture.totals.partner_reports,
            "cells": [
                {"area": cell.area, "category": cell.category, "this_week": cell.this_week} for cell in picture.cells
            ],
            "content_sha256": picture.content_sha256,
        },
        **feed,
        "without_token": {
            "code": failure.code().name,
            "reason": info.reason if info else None,
            "domain": info.domain if info else None,
        },
    }
    print(json.dumps(seen, separators=(",", ":")))


if __name__ == "__main__":
    main()
