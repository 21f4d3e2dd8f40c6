/**
 * What is handed to Claude Desktop and to the MCP registry: the bundle folder packs, and `server.json` keeps the registry's rules.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { z } from 'zod';
import { type Check, expectThat, type Surroundings } from './check.ts';
import { runToSuccess } from './run-program.ts';

const publishedServer = z.looseObject({ name: z.string(), version: z.string() });
const npmPackage = z.looseObject({ mcpName: z.string(), version: z.string() });

export function packageChecks({ root, scratch, env }: Surroundings): readonly Check[] {
  const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
  return [
    {
      name: 'mcpb: the manifest is valid and the bundle packs',
      run: async () => {
        const mcpb = join(root, 'e2e/node_modules/.bin/mcpb');
        const packed = join(scratch, 'quorate.mcpb');
        await runToSuccess(mcpb, ['validate', join(root, 'dist/mcpb/manifest.json')], { cwd: scratch, env });
        await runToSuccess(mcpb, ['pack', join(root, 'dist/mcpb'), packed], { cwd: scratch, env });
        return `${Math.round(statSync(packed).size / 1024)} KiB`;
      },
    },
    {
      name: 'registry: server.json keeps the rules and names this package',
      run: async () => {
        const server = publishedServer.parse(readJson('server.json'));
        const { mcpName, version } = npmPackage.parse(readJson('package.json'));
        const ajv = new Ajv({ allErrors: true, strict: false, formats: { uri: (text: string) => URL.canParse(text) } });
        const schema = z.looseObject({}).parse(readJson('e2e/server.schema.json'));
        expectThat(ajv.validate(schema, server), ajv.errorsText());
        expectThat(server.name === mcpName, `${server.name} is not the mcpName ${mcpName} of package.json`);
        expectThat(server.version === version, `${server.version} is not the version ${version} of package.json`);
        return `${server.name} ${server.version}`;
      },
    },
  ];
}
