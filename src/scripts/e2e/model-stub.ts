/**
 * Plays the model for a real Claude Code, on loopback: calls one tool, and ends when its result comes back.
 *
 * Speaks as much of `POST /v1/messages` as that takes (streamed events of one content block), and keeps what was sent to "the model".
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export interface ModelStub {
  readonly url: string;
  /** Texts of the tool results that the host sent back. */
  readonly toolResults: () => readonly string[];
  readonly close: () => void;
}

const requestBody = z.object({
  tools: z.array(z.unknown()).optional(),
  messages: z.array(z.object({ content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]) })),
});

export async function startModelStub(tool: string, input: unknown): Promise<ModelStub> {
  const toolResults: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on a port, so the address is no pipe's name.
  const { port } = server.address() as AddressInfo;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await request.toArray();
    if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages?')) {
      response.writeHead(request.method === 'HEAD' ? 200 : 404).end();
      return;
    }
    const { tools = [], messages } = requestBody.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const results = messages.flatMap(({ content }) =>
      typeof content === 'string' ? [] : content.filter(({ type }) => type === 'tool_result'),
    );
    // Requests without tools are the host's own, e.g. for a title.
    if (results.length > 0) toolResults.push(...results.map((result) => JSON.stringify(result.content)));
    const callTool = results.length === 0 && tools.length > 0;
    const block = callTool
      ? {
          content: { type: 'tool_use', id: 'toolu_1', name: tool, input: {} },
          delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
        }
      : { content: { type: 'text', text: '' }, delta: { type: 'text_delta', text: 'The tool has answered.' } };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(eventsOf(block, callTool ? 'tool_use' : 'end_turn'));
  }

  return {
    url: `http://127.0.0.1:${port}`,
    toolResults: () => toolResults,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One message of one content block, as server-sent events. */
function eventsOf(block: { content: object; delta: object }, stopReason: string): string {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'stub',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block.content },
    { type: 'content_block_delta', index: 0, delta: block.delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
