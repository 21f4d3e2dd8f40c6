/**
 * `resources/list`, `resources/templates/list` and `resources/read`.
 */
import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import { FailureError, renderFailure } from '../kernel/failure.ts';
import type { ResourceCatalogue, ResourceText } from './resource-catalogue.ts';

export function serveResources(server: Server, catalogue: ResourceCatalogue): void {
  server.setRequestHandler('resources/list', () => ({ resources: catalogue.listed }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: catalogue.templates }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    const resource = await readResource(catalogue, uri);
    if (resource === undefined) throw new ResourceNotFoundError(uri, `there is no resource ${uri.slice(0, 200)}`);
    return { contents: [{ uri, ...resource }] };
  });
}

async function readResource(catalogue: ResourceCatalogue, uri: string): Promise<ResourceText | undefined> {
  try {
    return await catalogue.read(uri);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    // A run that is not stored is a resource that does not exist; anything else is the server's trouble.
    if (error.failure.code === 'run/not_found') throw new ResourceNotFoundError(uri, renderFailure(error.failure));
    throw new ProtocolError(ProtocolErrorCode.InternalError, renderFailure(error.failure));
  }
}
