// A partner's client in Node: it sends incidents, reads how each was answered, and reads a picture.
//
//   node client.mjs --sender DIR --reader DIR [--count N] [--feed]
//
// DIR is an identity folder. The sender may report incidents of Upplands-Bro (0139), the reader may see them. Nothing is
// generated: the .proto files are read when the program starts. It ends by printing one line of JSON with what it saw.
// With --feed the reader also receives the incidents over the feed, in two connections.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const municipality = '0139';
const week = { year: 2024, week: 20 };
const incidentsPerMessage = 50;

// ---- The protos ----------------------------------------------------------------------------------------------------

const definition = protoLoader.loadSync(
  [
    'trygghethub/feed/v1/feed_service.proto',
    'trygghethub/incidents/v1/incident_service.proto',
    'trygghethub/pictures/v1/picture_service.proto',
    'google/rpc/status.proto',
    'google/rpc/error_details.proto',
  ],
  {
    includeDirs: [
      fileURLToPath(new URL('../../../protos', import.meta.url)),
      fileURLToPath(new URL('../protos', import.meta.url)),
    ],
    keepCase: true, // field names as the protos have them
    enums: String,
    longs: String,
    defaults: true,
    oneofs: true, // `outcome` says which of `accepted` and `refused` it is
  },
);
const packages = grpc.loadPackageDefinition(definition);
const { FeedService } = packages.trygghethub.feed.v1;
const { IncidentService } = packages.trygghethub.incidents.v1;
const { PictureService } = packages.trygghethub.pictures.v1;

// ---- Who we are ----------------------------------------------------------------------------------------------------

/** Reads an identity folder: the certificate with those that issued it, its key, the hub's root, and where the hub is. */
function readIdentity(folder) {
  const read = (name) => readFileSync(join(folder, name));
  return {
    certificate: read('client.crt'),
    key: read('client.key'),
    root: read('ca.crt'),
    hub: JSON.parse(read('hub.json')),
  };
}

/** Asks for an access token. The certificate is what proves who asks; there is no secret (RFC 8705). */
async function fetchToken(identity) {
  const asking = request(identity.hub.token_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cert: identity.certificate,
    key: identity.key,
    ca: identity.root,
    timeout: 30_000,
  });
  asking.on('timeout', () => asking.destroy(new Error('The token endpoint does not answer.')));
  asking.end(new URLSearchParams({ grant_type: 'client_credentials', client_id: identity.hub.id }).toString());
  const [answer] = await once(asking, 'response');

  let text = '';
  for await (const part of answer.setEncoding('utf8')) {
    text += part;
  }
  if (answer.statusCode !== 200) {
    throw new Error(`No access token: HTTP ${answer.statusCode} ${text}`);
  }

  return JSON.parse(text).access_token;
}

/** Opens a service of the hub. With `token`, every call carries it. */
function connect(Service, identity, token) {
  // TLS with our certificate, trusting the hub's root alone.
  let credentials = grpc.credentials.createSsl(identity.root, identity.key, identity.certificate);
  if (token !== undefined) {
    // A token lasts some minutes (`expires_in`): a program that runs for longer keeps it here and fetches the next
    // one before it expires.
    const withToken = grpc.credentials.createFromMetadataGenerator((_, done) => {
      const metadata = new grpc.Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      done(null, metadata);
    });
    credentials = grpc.credentials.combineChannelCredentials(credentials, withToken);
  }

  return new Service(new URL(identity.hub.url).host, credentials);
}

/** Calls a unary RPC. A call that hangs is worse than one that fails, so each has a deadline. */
function call(client, method, message) {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 60_000;
    client[method](message, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

// ---- Errors --------------------------------------------------------------------------------------------------------

/** The one ErrorInfo of a failed call: `reason` is from the closed list in errors/v1, `metadata.remedy` says what to do. */
function errorInfo(error) {
  const [trailer] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (trailer === undefined) {
    return undefined; // the call never reached the hub
  }

  const status = definition['google.rpc.Status'].deserialize(trailer);
  const packed = status.details.find((detail) => detail.type_url.endsWith('/google.rpc.ErrorInfo'));
  return packed && definition['google.rpc.ErrorInfo'].deserialize(packed.value);
}

// ---- Sending -------------------------------------------------------------------------------------------------------

/** A report of a place and a situation. `source_ref` is our own id of it: sending it again is harmless. */
function incident(sourceRef, category) {
  return {
    report: {
      source_ref: sourceRef,
      revision: 1,
      occurred: { from: { seconds: Date.UTC(2024, 4, 15, 10) / 1000 }, certainty: 'TIME_CERTAINTY_EXACT' },
      category,
      severity: 'SEVERITY_MODERATE',
      confidence: 'CONFIDENCE_OBSERVED',
      environment: 'ENVIRONMENT_STREET',
      place: { area: '0139-bro', precision: 'PRECISION_DISTRICT' },
    },
    responder: 'RESPONDER_POLICE',
  };
}

/** Streams incidents, many a message, and gives the results, which come in the hub's order and not in ours. */
async function streamIncidents(client, incidents) {
  const stream = client.StreamIncidents({ deadline: Date.now() + 300_000 });
  const reading = (async () => {
    const results = [];
    for await (const answer of stream) {
      results.push(...answer.results);
    }
    return results;
  })();

  // Sending and reading go on at the same time: who only sends fills the buffers on the way, and then both ends wait.
  // When the call fails, `reading` fails with it.
  const sending = (async () => {
    for (let from = 0; from < incidents.length; from += incidentsPerMessage) {
      if (!stream.write({ incidents: incidents.slice(from, from + incidentsPerMessage) })) {
        await once(stream, 'drain');
      }
    }
    stream.end(); // no more from us; the hub answers what is left and ends the call
  })();
  const [results] = await Promise.all([reading, sending]);
  return results;
}

// ---- Receiving -----------------------------------------------------------------------------------------------------

/**
 * Reads the feed after `cursor`, or from the first report on, until all that there is has been read, or so many messages.
 * Keep the cursor when the entries are processed, and no sooner: whoever comes back with it loses nothing.
 */
async function readFeed(client, cursor, messages = Infinity) {
  const start = cursor === undefined ? {} : { cursor };
  const stream = client.Subscribe(
    { purpose: 'PURPOSE_WEEKLY_PICTURE', entries_per_message: incidentsPerMessage, ...start },
    { deadline: Date.now() + 60_000 },
  );
  stream.on('error', () => {}); // what we cancel below ends with an error; every other one ends the loop
  const entries = [];
  for await (const message of stream) {
    entries.push(...message.entries);
    cursor = message.cursor;
    messages -= 1;
    if (message.caught_up || messages === 0) {
      break; // a program that follows the feed goes on instead, and connects again when it ends
    }
  }
  stream.cancel();
  return { entries, cursor };
}

/** Reads the feed in two connections: the second goes on where the first was left. */
async function readFeedTwice(identity) {
  const client = connect(FeedService, identity, await fetchToken(identity));
  const first = await readFeed(client, undefined, 1);
  const rest = await readFeed(client, first.cursor);
  client.close();

  const entries = [...first.entries, ...rest.entries];
  return {
    first: first.entries.length,
    rest: rest.entries.length,
    reports: new Set(entries.map((entry) => entry[entry.subject].name)).size,
    changes: [...new Set(entries.map((entry) => entry.change))].sort(),
    grounds: [...new Set(entries.map(({ grounds }) => (grounds ? `${grounds.agreement} ${grounds.clause}` : '')))].sort(),
  };
}

// ---- The scenario --------------------------------------------------------------------------------------------------

const { values: options } = parseArgs({
  options: {
    sender: { type: 'string' },
    reader: { type: 'string' },
    count: { type: 'string', default: '500' },
    feed: { type: 'boolean', default: false },
  },
});
if (options.sender === undefined || options.reader === undefined) {
  console.error('Usage: node client.mjs --sender DIR --reader DIR [--count N] [--feed]');
  process.exit(2);
}

const sender = readIdentity(options.sender);
const reader = readIdentity(options.reader);

// 1. Send, with one report in the middle that the hub will refuse: the rest is taken all the same.
const incidents = Array.from({ length: Number(options.count) }, (_, i) => incident(`client-${i}`, 'graffiti'));
incidents.splice(Math.floor(incidents.length / 2), 0, incident('client-refused', 'no-such-category'));
const incidentClient = connect(IncidentService, sender, await fetchToken(sender));
const results = await streamIncidents(incidentClient, incidents);
incidentClient.close();

const accepted = results.filter((result) => result.outcome === 'accepted');
const refused = results.filter((result) => result.outcome === 'refused');

// 2. Read the week as the municipality may see it: compile it, then get it.
const pictureClient = connect(PictureService, reader, await fetchToken(reader));
await call(pictureClient, 'CompilePicture', { municipality, week });
const { picture } = await call(pictureClient, 'GetPicture', { municipality, week });
pictureClient.close();

// Where it is asked for: receive the same as it was shared, report by report.
const feed = options.feed ? await readFeedTwice(reader) : undefined;

// 3. A call that fails: without a token the certificate alone is not enough.
const tokenless = connect(PictureService, reader);
const failure = await call(tokenless, 'GetPicture', { municipality, week }).then(
  () => { throw new Error('The hub took a call without a token.'); },
  (error) => error,
);
tokenless.close();
const info = errorInfo(failure);

// A digest over all receipts: whoever sends the same again, in whatever language, gets the same ones.
const receipts = createHash('sha256');
for (const { source_ref, accepted: { receipt } } of accepted.sort((a, b) => (a.source_ref < b.source_ref ? -1 : 1))) {
  receipts.update(`${source_ref} ${receipt.toString('hex')}\n`);
}

console.log(JSON.stringify({
  accepted: accepted.length,
  receipts_sha256: receipts.digest('hex'),
  refused: refused.map(({ source_ref, refused: { reason, field } }) => ({ source_ref, reason, field })),
  picture: {
    name: picture.name,
    state: picture.state,
    reports: picture.totals.reports,
    partner_reports: picture.totals.partner_reports,
    cells: picture.cells.map(({ area, category, this_week }) => ({ area, category, this_week })),
    content_sha256: picture.content_sha256,
  },
  feed, // left out where it was not read
  without_token: { code: grpc.status[failure.code], reason: info?.reason, domain: info?.domain },
}));
