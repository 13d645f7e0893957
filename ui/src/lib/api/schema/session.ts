/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { Right, UnlockMode } from './everywhere.ts';

export interface CodeBody {
  code: string;
}

export interface ConfirmBody {
  password: string;
}

export interface HealthAnswer {
  status: string;
  cameras: HealthCameras;
}

export interface HealthCameras {
  total: number;
  recording: number;
  off: number;
}

export interface LoginBody {
  name: string;
  password: string;
  code?: string | null;
}

export interface NewToken {
  token: Token;
  secret: string;
}

export interface OpenSession {
  id: string;
  current: boolean;
  address: string;
  device: string;
  agent: string;
  created: string;
  used: string;
}

export interface Passkey {
  id: string;
  name: string;
  host: string;
  created: string;
  used: string | null;
}

export interface PasskeyBody {
  name: string;
  credential: Record<string, unknown>;
}

export interface PasskeyLoginBody {
  credential: Record<string, unknown>;
}

export interface PasswordBody {
  current: string;
  new: string;
}

export interface RecoveryCodes {
  recovery_codes: string[];
}

export interface SetupBody {
  token: string;
  name: string;
  password: string;
  unlock?: UnlockMode;
}

export interface SignIn {
  totp: boolean;
  recovery_codes: number;
  passkeys: Passkey[];
  passkeys_work: boolean;
}

export interface Token {
  id: string;
  name: string;
  rights: Right[];
  cameras: string[];
  created: string;
  expires: string;
  used: string | null;
}

export interface TokenBody {
  name: string;
  password: string;
  rights: Right[];
  cameras?: string[];
  days: number;
}

export interface Totp {
  secret: string;
  uri: string;
  qr: string;
}
