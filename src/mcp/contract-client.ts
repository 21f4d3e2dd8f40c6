/**
 * Both generations of client behind one interface, for the contract suite: `@modelcontextprotocol/sdk` 1.x, which opens with
 * the handshake of 2025-11-25, and `@modelcontextprotocol/client` 2.x, which speaks 2026-07-28.
 */
import { Client as ModernClient, type Transport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport as LegacyTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolResultSchema,
  type GetPromptResult,
  type Prompt,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplate,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';

export const GENERATIONS = ['2025-11-25', '2026-07-28'] as const;
export type Generation = (typeof GENERATIONS)[number];

/** What a call of a tool gives, as far as the suite looks at it. */
export interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

export interface CallToolOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (report: {
    progress: number;
    total?: number | undefined;
    message?: string | undefined;
  }) => void;
}

export type CompletionRef =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string };

export interface ContractClient {
  readonly protocolVersion: string | undefined;
  readonly serverName: string | undefined;
  readonly instructions: string | undefined;
  listTools(): Promise<readonly Tool[]>;
  callTool(name: string, args: Record<string, unknown>, options?: CallToolOptions): Promise<ToolResult>;
  listPrompts(): Promise<readonly Prompt[]>;
  getPrompt(name: string, args: Record<string, string>): Promise<GetPromptResult>;
  listResources(): Promise<readonly Resource[]>;
  listResourceTemplates(): Promise<readonly ResourceTemplate[]>;
  readResource(uri: string): Promise<ReadResourceResult>;
  complete(ref: CompletionRef, argument: { name: string; value: string }): Promise<readonly string[]>;
  /** A cheap round trip: `ping`, or `tools/list` where the protocol has no ping any more. */
  roundTrip(): Promise<unknown>;
  close(): Promise<void>;
}

const CLIENT_INFO = { name: 'contract', version: '1.0.0' };

export async function connectLegacy(transport: LegacyTransport): Promise<ContractClient> {
  let protocolVersion: string | undefined;
  const client = new LegacyClient(CLIENT_INFO);
  // The client tells its transport what was agreed, and nobody else.
  const told = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version) => {
    protocolVersion = version;
    told?.(version);
  };
  await client.connect(transport);
  return { ...methodsOf(client), ...legacyParts(client), protocolVersion };
}

export async function connectModern(transport: ModernTransport): Promise<ContractClient> {
  const client = new ModernClient(CLIENT_INFO, { versionNegotiation: { mode: 'auto' } });
  await client.connect(transport);
  return {
    ...methodsOf(client as unknown as CommonClient),
    protocolVersion: client.getNegotiatedProtocolVersion(),
    callTool: (name, args, options) => client.callTool({ name, arguments: args }, options),
    roundTrip: () => client.listTools(undefined, { cacheMode: 'refresh' }),
  };
}

function legacyParts(client: LegacyClient): Pick<ContractClient, 'callTool' | 'roundTrip'> {
  return {
    callTool: async (name, args, options) =>
      (await client.callTool({ name, arguments: args }, CallToolResultSchema, options)) as ToolResult,
    roundTrip: () => client.ping(),
  };
}

/** The methods that both clients have alike. Their result types differ in name only, hence the casts above. */
type CommonClient = Pick<
  LegacyClient,
  | 'listTools'
  | 'listPrompts'
  | 'getPrompt'
  | 'listResources'
  | 'listResourceTemplates'
  | 'readResource'
  | 'complete'
  | 'getServerVersion'
  | 'getInstructions'
  | 'close'
>;

function methodsOf(client: CommonClient): Omit<ContractClient, 'callTool' | 'roundTrip' | 'protocolVersion'> {
  return {
    serverName: client.getServerVersion()?.name,
    instructions: client.getInstructions(),
    listTools: async () => (await client.listTools()).tools,
    listPrompts: async () => (await client.listPrompts()).prompts,
    getPrompt: (name, args) => client.getPrompt({ name, arguments: args }),
    listResources: async () => (await client.listResources()).resources,
    listResourceTemplates: async () => (await client.listResourceTemplates()).resourceTemplates,
    readResource: (uri) => client.readResource({ uri }),
    complete: async (ref, argument) => (await client.complete({ ref, argument })).completion.values,
    close: () => client.close(),
  };
}
