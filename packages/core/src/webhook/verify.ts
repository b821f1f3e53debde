import type { Authentication, Verdict, VerifyDependencies } from './authentication.ts';
import type { HookRequest } from './request.ts';
import { verifyHmac } from './verify-hmac.ts';
import { verifyOidc } from './verify-oidc.ts';
import { verifyBasic, verifyBearer, verifyPath, verifyToken } from './verify-secret.ts';
import { verifySns } from './verify-sns.ts';
import { verifyStandardWebhooks } from './verify-standard-webhooks.ts';

/** Whether the request proves that it comes from its sender. Nothing in it chooses how. */
export async function verify(
  request: HookRequest,
  authentication: Authentication,
  dependencies: VerifyDependencies,
): Promise<Verdict> {
  switch (authentication.kind) {
    case 'path':
      return verifyPath(request, authentication);
    case 'token':
      return verifyToken(request, authentication);
    case 'bearer':
      return verifyBearer(request, authentication);
    case 'basic':
      return verifyBasic(request, authentication);
    case 'hmac':
      return verifyHmac(request, authentication);
    case 'standard-webhooks':
      return verifyStandardWebhooks(request, authentication);
    case 'sns':
      return await verifySns(request, authentication, dependencies);
    case 'oidc':
      return await verifyOidc(request, authentication, dependencies);
  }
}
