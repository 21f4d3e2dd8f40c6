/**
 * One thing that is checked from outside, and how the outcome is shown.
 */
export interface Check {
  readonly name: string;
  /** What was seen, in a few words; throws when it is not as it should be. */
  readonly run: () => Promise<string>;
}

/** What all checks need to know about this machine. */
export interface Surroundings {
  /** Root of the repository. */
  readonly root: string;
  /** An empty folder for everything that the tools write. */
  readonly scratch: string;
  /** Environment of every tool: a home of its own, no telemetry, Node 22 first in the path. */
  readonly env: Readonly<Record<string, string>>;
  /** The Node that runs the product: this one. */
  readonly productNode: string;
}

/** Runs the checks one after another and prints a line for each; returns how many failed. */
export async function runChecks(checks: readonly Check[], print: (line: string) => void): Promise<number> {
  let failed = 0;
  for (const { name, run } of checks) {
    const startedMs = performance.now();
    const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    try {
      const seen = await run();
      print(`pass  ${name} (${seconds()}): ${seen}`);
    } catch (error) {
      failed += 1;
      print(`FAIL  ${name} (${seconds()})\n${indented(error instanceof Error ? error.message : String(error))}`);
    }
  }
  return failed;
}

export function expectThat(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

function indented(text: string): string {
  return text.replace(/^/gm, '      ');
}
