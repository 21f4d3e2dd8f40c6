/**
 * How the shipped HTTP server ends: the first SIGTERM lets a running call finish, the second ends the process at once.
 */
import { type Check, expectThat, type Surroundings } from './check.ts';
import { type ShippedServer, startShippedServer } from './shipped-server.ts';

/** 128 and the number of SIGTERM. */
const EXIT_BY_SIGTERM = 143;
/** Far less than the call that is cut off would take. */
const AT_ONCE_MS = 5_000;

export function shutdownChecks(surroundings: Surroundings): readonly Check[] {
  return [
    {
      name: 'shutdown: SIGTERM waits for a running call',
      run: async () => {
        const server = await startShippedServer(surroundings);
        const call = await beginSearch(server, 2_000);
        const ended = server.stop();
        const answer = await call.text();
        expectThat(answer.includes('"structuredContent"'), `the call was answered with ${answer.slice(0, 500)}`);
        expectThat((await ended) === 0, `the server ended with ${await ended}`);
        return 'answered, then ended with 0';
      },
    },
    {
      name: 'shutdown: a second SIGTERM does not wait',
      run: async () => {
        const server = await startShippedServer(surroundings);
        const call = await beginSearch(server, 40_000);
        const lost = call.text().then(
          () => false,
          () => true,
        );
        void server.stop();
        await refusesConnections(server.url);
        const startedMs = performance.now();
        const exitCode = await server.stop();
        const tookMs = Math.round(performance.now() - startedMs);
        expectThat(exitCode === EXIT_BY_SIGTERM, `the server ended with ${exitCode}`);
        expectThat(tookMs < AT_ONCE_MS, `it took ${tookMs} ms`);
        expectThat(await lost, 'the call was answered all the same');
        return `ended with ${exitCode} while a call ran`;
      },
    },
  ];
}

/** A search over so many nodes that it takes all the time it is given. Resolves when the stream of its answer has begun. */
function beginSearch({ url }: ShippedServer, timeLimitMs: number): Promise<Response> {
  const input = { node_count: 12, search: true, time_limit_ms: timeLimitMs };
  const params = { name: 'analyze_quorum', arguments: input };
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
}

async function refusesConnections(url: string): Promise<void> {
  // A new connection each time: those that are open may still be answered.
  const headers = { connection: 'close' };
  while (
    await fetch(new URL('/healthz', url), { headers }).then(
      () => true,
      () => false,
    )
  );
}
