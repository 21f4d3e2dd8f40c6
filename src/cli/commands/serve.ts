/**
 * `quorate serve`: the MCP server, over standard input and output or over HTTP. Only reads the options; the server itself is
 * handed in.
 */
import type { Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { fail } from '../../kernel/failure.ts';
import type { CommandLine } from '../command-line.ts';
import { examples } from '../help.ts';

export interface ServeOptions {
  /** Absent: over standard input and output. */
  readonly http?: HttpOptions;
}

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly bearerToken?: string;
  readonly publicUrl?: string;
  readonly oauth?: { readonly issuer: string; readonly jwksUrl?: string; readonly audience?: string };
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

interface ServeFlags {
  readonly http?: string;
  readonly tokenEnv?: string;
  readonly publicUrl?: string;
  readonly issuer?: string;
  readonly jwksUrl?: string;
  readonly audience?: string;
  readonly allowedHost?: readonly string[];
  readonly allowedOrigin?: readonly string[];
}

const TOKEN_VARIABLE = 'QUORATE_TOKEN';
/** Options that say something about HTTP, and options that say something about an issuer. */
const HTTP_FLAGS = {
  tokenEnv: '--token-env',
  publicUrl: '--public-url',
  issuer: '--issuer',
  jwksUrl: '--jwks-url',
  audience: '--audience',
  allowedHost: '--allowed-host',
  allowedOrigin: '--allowed-origin',
} as const;
const ISSUER_FLAGS = { jwksUrl: '--jwks-url', audience: '--audience' } as const;

const LOOPBACK = '127.0.0.1';
const PORT_MAX = 65_535;

export function addServeCommand(program: Command, { serve, terminal }: CommandLine): void {
  const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];
  program
    .command('serve')
    .summary('serve MCP, over standard input and output or HTTP')
    .description(
      'Serves the tools over MCP: on standard input and output, or with --http as Streamable HTTP under /mcp. ' +
        'HTTP binds to 127.0.0.1 unless a host is given; any other address needs a bearer token or an issuer.\n\n' +
        'SIGTERM and SIGINT let running calls finish; a second one ends at once. Logs go to standard error.',
    )
    .option('--http <[host:]port>', 'serve over HTTP, e.g. 8765, 0.0.0.0:8765 or [::1]:8765; port 0 takes a free one')
    .option('--token-env <name>', `environment variable that holds the bearer token, default ${TOKEN_VARIABLE}`)
    .option('--public-url <url>', 'URL of the endpoint as clients see it, when it is behind a proxy')
    .option('--issuer <url>', 'OAuth issuer whose access tokens are accepted')
    .option('--jwks-url <url>', "the issuer's keys, if its metadata does not name them")
    .option('--audience <name>', 'audience that access tokens must have, default the public URL')
    .option('--allowed-host <host>', 'answer requests that name this host; may be repeated', collect)
    .option('--allowed-origin <host>', 'let web pages of this host in; may be repeated', collect)
    .addHelpText(
      'after',
      examples([
        ['quorate serve', 'what an MCP host starts'],
        ['claude mcp add quorate -- npx -y quorate serve', 'tell Claude Code about it'],
        ['quorate serve --http 8765', 'HTTP for programs on this machine'],
        ['QUORATE_TOKEN=$(openssl rand -hex 32) quorate serve --http 0.0.0.0:8765', 'HTTP for others, with a token'],
      ]),
    )
    .action((flags: ServeFlags) => serve(serveOptions(flags, terminal.environment)));
}

function serveOptions(flags: ServeFlags, environment: Readonly<Record<string, string | undefined>>): ServeOptions {
  refuseWithout('--http', flags.http, HTTP_FLAGS, flags);
  if (flags.http === undefined) return {};
  refuseWithout('--issuer', flags.issuer, ISSUER_FLAGS, flags);
  const { publicUrl, issuer, jwksUrl, audience } = flags;
  return {
    http: {
      ...parseAddress(flags.http),
      allowedHosts: flags.allowedHost ?? [],
      allowedOrigins: flags.allowedOrigin ?? [],
      ...defined({
        bearerToken: bearerToken(flags, environment),
        publicUrl,
        oauth: issuer === undefined ? undefined : { issuer, ...defined({ jwksUrl, audience }) },
      }),
    },
  };
}

/** Who says how access is checked, and is served without that check, is served wrongly. */
function refuseWithout(
  needed: string,
  value: string | undefined,
  options: Readonly<Partial<Record<keyof ServeFlags, string>>>,
  flags: ServeFlags,
): void {
  if (value !== undefined) return;
  const names = Object.entries(options).filter(([flag]) => flags[flag as keyof ServeFlags] !== undefined);
  const [name] = names.map(([, option]) => option);
  if (name === undefined) return;
  fail('input/conflict', {
    message: `${name} means nothing without ${needed}`,
    path: name,
    expected: `${needed} with it`,
    nextStep: `Add ${needed}, or leave out ${name}. \`quorate serve --help\` shows examples.`,
  });
}

function bearerToken(
  { tokenEnv }: ServeFlags,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const token = environment[tokenEnv ?? TOKEN_VARIABLE] ?? '';
  if (token !== '') return token;
  return tokenEnv === undefined ? undefined : failOnTokenVariable(tokenEnv);
}

/** `PORT`, `HOST:PORT` or `[IPV6]:PORT`. */
export function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, name, digits] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port <= PORT_MAX) return { host: bracketed ?? name ?? LOOPBACK, port };
  return fail('input/invalid', {
    message: 'this is not an address to listen on',
    path: '--http',
    received: JSON.stringify(text.slice(0, 80)),
    expected: 'PORT, HOST:PORT or [IPV6]:PORT, with a port from 0 to 65535',
    nextStep: 'For example: quorate serve --http 127.0.0.1:8765',
  });
}

/** The name was given on purpose, so a server without a token is not what was meant. */
function failOnTokenVariable(name: string): never {
  return fail('input/missing', {
    message: 'the environment variable that should hold the bearer token is not set',
    path: '--token-env',
    received: JSON.stringify(name.slice(0, 80)),
    nextStep: `Set it before starting: export ${name.slice(0, 80)}=$(openssl rand -hex 32)`,
  });
}
