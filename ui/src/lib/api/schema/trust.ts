/** Written by api-types.mjs from the hub's OpenAPI document. */

export type Trust = 'household' | 'own' | 'none';

export interface TrustAnswer {
  kind: Trust;
  fingerprint?: string | null;
  names?: string[];
  addresses?: string[];
  page?: string | null;
  until?: string | null;
}
