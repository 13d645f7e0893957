/** Written by api-types.mjs from the hub's OpenAPI document. */

export interface Confirmation {
  answers: Record<string, string>;
}

export interface Recovery {
  made: string | null;
  backup: string | null;
}

export interface Reset {
  password: string;
  name?: string | null;
}

export interface ResetAnswer {
  name: string;
  locked_out: boolean;
}

export interface Restoration {
  words: string;
  password: string;
  name?: string | null;
}
