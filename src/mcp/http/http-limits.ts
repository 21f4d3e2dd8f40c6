/**
 * What the HTTP server allows. A limit that is reached is told with its value, in the answer and in the log.
 *
 * They bound memory: bodies in flight take at most `bodiesInFlightBytesMax`, connections and streams are counted. They bound
 * time: headers, bodies and idle sockets have deadlines, so a client that sends or reads slowly costs one socket for a while and
 * never a call slot. What a call itself may take is the executor's decision.
 */

export interface HttpLimits {
  /** Largest request body. Solutions to be reviewed come inline, so this is generous. */
  readonly bodyBytesMax: number;
  /** Bytes of all request bodies that are being read or answered. */
  readonly bodiesInFlightBytesMax: number;
  /** Deepest nesting of arrays and objects in a body. Below the 4,000 levels that recursion in JSON.stringify bears. */
  readonly bodyDepthMax: number;
  /** Requests that run or wait at the same time, over all clients. A batch counts once; the executor bounds what is in it. */
  readonly callsMax: number;
  /** Open `subscriptions/listen` streams; they are idle nearly always and do not count as calls. */
  readonly streamsMax: number;
  readonly connectionsMax: number;
  /** Requests that one address may send at once after a pause. */
  readonly burstRequests: number;
  /** Requests per second that one address may keep up. */
  readonly requestsPerSecond: number;
  /** Addresses whose rate is remembered. */
  readonly clientsTrackedMax: number;
  /** From the connection to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte to the end of the body. */
  readonly requestTimeoutMs: number;
  /** A socket on which nothing moves in either direction; longer than any call may take. */
  readonly idleTimeoutMs: number;
  /** An idle connection between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** How long calls in flight may still take once the server drains. */
  readonly drainTimeoutMs: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

export const HTTP_LIMITS: HttpLimits = {
  bodyBytesMax: 4 * MEBIBYTE,
  bodiesInFlightBytesMax: 64 * MEBIBYTE,
  bodyDepthMax: 3_500,
  callsMax: 32,
  streamsMax: 128,
  connectionsMax: 256,
  burstRequests: 300,
  requestsPerSecond: 50,
  clientsTrackedMax: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 5_000,
  drainTimeoutMs: 20_000,
};
