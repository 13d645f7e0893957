/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { Hours, Language } from './everywhere.ts';

export interface AppriseNotifier {
  id?: string | null;
  name: string;
  enabled?: boolean;
  pictures?: boolean;
  member?: string | null;
  quiet_hours?: Hours[];
  language?: Language | null;
  kind: 'apprise';
  watched?: boolean;
  url?: string | null;
}

export interface Channels {
  channels: (AppriseNotifier | EmailNotifier | MqttNotifier)[];
  troubles: Record<string, string>;
}

export interface EmailNotifier {
  id?: string | null;
  name: string;
  enabled?: boolean;
  pictures?: boolean;
  member?: string | null;
  quiet_hours?: Hours[];
  language?: Language | null;
  kind: 'email';
  host: string;
  port?: number;
  security?: MailSecurity;
  user?: string;
  password?: string | null;
  sender: string;
  recipients: string[];
}

export type MailSecurity = 'starttls' | 'tls' | 'none';

export interface MqttNotifier {
  id?: string | null;
  name: string;
  enabled?: boolean;
  pictures?: boolean;
  member?: string | null;
  kind: 'mqtt';
  host: string;
  port?: number;
  tls?: boolean;
  user?: string;
  password?: string | null;
  prefix?: string;
  discovery_prefix?: string;
}
