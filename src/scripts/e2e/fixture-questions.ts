/**
 * The fixture tools and the prompt that ask the client something before they answer (multi-round-trip requests of 2026-07-28).
 *
 * A tool is a list of rounds, each a record of questions. The round that was asked last is signed into the request state, so
 * that no server has to remember it; a tool of one round needs no state.
 */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';

type Questions = Readonly<Record<string, InputRequest>>;

interface AskingTool {
  readonly rounds: readonly Questions[];
  readonly answer: string;
  readonly stateful: boolean;
}

function form(message: string, property: string, type: 'string' | 'boolean' = 'string'): InputRequest {
  const requestedSchema = {
    type: 'object' as const,
    properties: { [property]: type === 'boolean' ? { type } : { type } },
    required: [property],
  };
  return inputRequired.elicit({ message, requestedSchema });
}

function sample(question: string): InputRequest {
  const content = { type: 'text' as const, text: question };
  return inputRequired.createMessage({ messages: [{ role: 'user', content }], maxTokens: 100 });
}

const USER_NAME = { user_name: form('What is your name?', 'name') };
const GREETING = { greeting: sample('Generate a greeting') };
const ROOTS = { client_roots: inputRequired.listRoots() };
const CONFIRM = { confirm: form('Please confirm', 'ok', 'boolean') };

const once = (questions: Questions, answer: string): AskingTool => ({ rounds: [questions], answer, stateful: false });
const signed = (rounds: readonly Questions[], answer: string): AskingTool => ({ rounds, answer, stateful: true });

const TOOLS: Readonly<Record<string, AskingTool>> = {
  test_input_required_result_elicitation: once(USER_NAME, 'Hello!'),
  test_streaming_elicitation: once(USER_NAME, 'Hello!'),
  test_input_required_result_sampling: once({ capital_question: sample('What is the capital of France?') }, 'Thanks.'),
  test_input_required_result_list_roots: once(ROOTS, 'Thanks.'),
  test_input_required_result_capabilities: once({ ...USER_NAME, ...GREETING }, 'Thanks.'),
  test_input_required_result_request_state: signed([CONFIRM], 'state-ok'),
  test_input_required_result_tampered_state: signed([CONFIRM], 'state-ok'),
  test_input_required_result_multiple_inputs: signed([{ ...USER_NAME, ...GREETING, ...ROOTS }], 'Thanks.'),
  test_input_required_result_multi_round: signed(
    [
      { step1: form('Step 1: What is your name?', 'name') },
      { step2: form('Step 2: What is your favorite color?', 'color') },
    ],
    'Thanks.',
  ),
};

export function registerAskingTools(server: McpServer, state: RequestStateCodec<number>): void {
  for (const [name, tool] of Object.entries(TOOLS)) {
    server.registerTool(
      name,
      { description: 'Asks the client first' },
      async (context): Promise<CallToolResult | InputRequiredResult> => {
        const questions = await askNext(tool, state, context);
        return questions ?? { content: [{ type: 'text', text: tool.answer }] };
      },
    );
  }
  const context = once({ user_context: form('What context should the prompt use?', 'context') }, 'Use the context.');
  // The SDK refuses what the client has not declared; the other tools leave such questions out.
  const inputRequests = { question: sample('What is the capital of France?') };
  server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () =>
    inputRequired({ inputRequests }),
  );
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first' }, async (request) => {
    const questions = await askNext(context, state, request);
    return questions ?? { messages: [{ role: 'user', content: { type: 'text', text: context.answer } }] };
  });
}

/** What has to be asked now; undefined when everything was answered. */
async function askNext(
  { rounds, stateful }: AskingTool,
  state: RequestStateCodec<number>,
  context: ServerContext,
): Promise<InputRequiredResult | undefined> {
  const signedRound = context.mcpReq.requestState<number>();
  const asked = signedRound ?? 0;
  const open = unanswered(rounds[asked] ?? {}, context.mcpReq.inputResponses);
  const answered = open.length === 0 && (!stateful || signedRound !== undefined);
  const round = answered ? asked + 1 : asked;
  if (round === rounds.length) return undefined;
  const inputRequests = askable(rounds[round] ?? {}, context);
  return inputRequired({ inputRequests, ...(stateful ? { requestState: await state.mint(round, context) } : {}) });
}

const KIND_OF_METHOD: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicit',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};

function unanswered(questions: Questions, responses: Record<string, unknown> | undefined): InputRequest[] {
  return Object.entries(questions)
    .filter(([key, { method }]) => inputResponse(responses, key).kind !== KIND_OF_METHOD[method])
    .map(([, question]) => question);
}

/** Only what the client has declared that it can answer. */
function askable(questions: Questions, context: ServerContext): Questions {
  const declared = declaredCapabilities(context);
  const capabilityOf = (method: string): string => method.split('/')[0] ?? '';
  return Object.fromEntries(Object.entries(questions).filter(([, { method }]) => capabilityOf(method) in declared));
}

/** Clients of 2026-07-28 say with each request what they can do. */
function declaredCapabilities({ mcpReq }: ServerContext): object {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope };
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY];
  return typeof declared === 'object' && declared !== null ? declared : {};
}
