/**
 * OAuth 2 protected resource metadata (RFC 9728): tells a client which issuer to ask for an access token of this server.
 *
 * Served below `/.well-known/oauth-protected-resource`, with and without the path of the endpoint (section 3.1), to anybody.
 */
import { getOAuthProtectedResourceMetadataUrl } from '@modelcontextprotocol/server';

export const METADATA_PATH = '/.well-known/oauth-protected-resource';

export interface ResourceMetadata {
  /** Goes into the `WWW-Authenticate` challenge. */
  readonly url: string;
  readonly document: string;
}

export function resourceMetadata(publicUrl: URL, issuer: string): ResourceMetadata {
  return {
    url: getOAuthProtectedResourceMetadataUrl(publicUrl),
    document: JSON.stringify({
      resource: publicUrl.href,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      resource_name: 'quorate',
    }),
  };
}
