/**
 * The official conformance suite, against quorate as it is shipped and against the fixture server on the same HTTP stack.
 *
 * A run fails when a scenario fails that is not listed in `e2e/expected-failures/`, and when a listed one passes.
 */
import { join } from 'node:path';
import { pino } from 'pino';
import { serveOverHttp } from '../../mcp/http/serve-over-http.ts';
import { type Check, expectThat, type Surroundings } from './check.ts';
import { createFixtureFactory } from './fixture-server.ts';
import { runToSuccess } from './run-program.ts';
import { startShippedServer } from './shipped-server.ts';

const REVISIONS = ['2025-11-25', '2026-07-28'] as const;

export function conformanceChecks(surroundings: Surroundings): readonly Check[] {
  return [
    {
      name: 'conformance: quorate over HTTP',
      run: async () => {
        const server = await startShippedServer(surroundings);
        try {
          return await judgeAll(surroundings, server.url, 'quorate');
        } finally {
          const exitCode = await server.stop();
          expectThat(exitCode === 0, `the server ended with ${exitCode} after SIGTERM`);
        }
      },
    },
    {
      name: 'conformance: fixtures on the same HTTP stack',
      run: async () => {
        const service = await serveOverHttp(createFixtureFactory(), { port: 0, logger: pino({ level: 'silent' }) });
        try {
          return await judgeAll(surroundings, service.url, 'fixtures');
        } finally {
          await service.close();
        }
      },
    },
  ];
}

async function judgeAll(surroundings: Surroundings, url: string, subject: string): Promise<string> {
  const outcomes: string[] = [];
  for (const revision of REVISIONS) outcomes.push(await judge(surroundings, url, subject, revision));
  return outcomes.join('; ');
}

async function judge(
  { root, scratch, env }: Surroundings,
  url: string,
  subject: string,
  revision: string,
): Promise<string> {
  const suite = join(root, 'e2e/node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const expected = join(root, `e2e/expected-failures/${subject}-${revision}.yaml`);
  const args = ['server', '--url', url, '--requirements', revision, '--expected-failures', expected];
  const { stdout } = await runToSuccess('node', [suite, ...args, '-o', join(scratch, 'conformance')], {
    cwd: scratch,
    env,
  });
  // Scenarios that the revision does not require are listed again below the summary.
  const summary = stdout.slice(stdout.indexOf('=== SUMMARY ==='), stdout.indexOf('Not scored'));
  const passed = summary.match(/^✓ /gm)?.length ?? 0;
  expectThat(passed > 0, `no scenario passed:\n${summary}`);
  return `${revision}: ${passed} scenarios pass`;
}
