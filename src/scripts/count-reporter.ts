/**
 * Prints the counts of a test run alone on its last line, for CI.
 */
import type { Reporter, TestModule } from 'vitest/node';

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const brokenSuites = suites.filter((suite) => suite.errors().length > 0).length;
    const failed = count('failed') + brokenSuites + unhandledErrors.length;
    const skipped = count('skipped') === 0 ? '' : `, ${count('skipped')} skipped`;
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed${skipped}\n`);
  }
}

// Vitest loads a reporter by its default export.
// biome-ignore lint/style/noDefaultExport: required by vitest
export default CountReporter;
