/** Written by api-types.mjs from the hub's OpenAPI document. */

export type CameraState =
  | 'off'
  | 'connecting'
  | 'online'
  | 'unknown_host'
  | 'unreachable'
  | 'refused'
  | 'wrong_password'
  | 'not_found'
  | 'no_video'
  | 'unsupported_codec'
  | 'stalled'
  | 'broken_stream'
  | 'disconnected'
  | 'storage'
  | 'crashed';

export interface ErrorAnswer {
  error: Failure;
}

export interface Failure {
  code: string;
  message: string;
  state?: CameraState | null;
  reason?: Reason | null;
  facts?: Record<string, string>;
}

export interface Hours {
  days: number[];
  from: string;
  to: string;
}

export type Label = 'person' | 'vehicle' | 'animal';

export type Language = 'en' | 'de';

export type Reason =
  | 'camera_name_taken'
  | 'member_name_taken'
  | 'owner_exists'
  | 'only_owner'
  | 'still_member'
  | 'camera_off'
  | 'camera_without_user'
  | 'camera_without_onvif'
  | 'camera_kept_password'
  | 'outdoors'
  | 'still_written'
  | 'changed_meanwhile'
  | 'key_changing'
  | 'password_length'
  | 'words_forgotten'
  | 'words_first'
  | 'wrong_word'
  | 'other_words'
  | 'words_count'
  | 'word_unknown'
  | 'words_mixed'
  | 'other_passkey'
  | 'passkey_address'
  | 'too_long'
  | 'hidden_edge'
  | 'zone_name_twice'
  | 'no_day'
  | 'stream_address'
  | 'hub_address'
  | 'too_many_channels'
  | 'channel_moved'
  | 'mail_addresses'
  | 'broker_topic'
  | 'port'
  | 'server_unknown'
  | 'server_silent'
  | 'server_refused'
  | 'server_unreachable'
  | 'server_hung_up'
  | 'server_certificate'
  | 'server_encryption'
  | 'server_password'
  | 'mail_recipients'
  | 'mail_sender'
  | 'mail_declined'
  | 'service_unknown'
  | 'service_declined'
  | 'service_answered'
  | 'service_key'
  | 'service_missing'
  | 'service_limit'
  | 'service_ill'
  | 'service_not_found'
  | 'service_silent'
  | 'service_refused'
  | 'service_certificate'
  | 'service_unreachable';

export type Right = 'live' | 'recordings' | 'clips' | 'export' | 'share' | 'talk' | 'settings';

export type Role = 'owner' | 'adult' | 'member' | 'guest';

export interface SessionAnswer {
  state: SignState;
  name?: string | null;
  member?: string | null;
  role?: Role | null;
  language?: string | null;
  time_zone?: string | null;
  locked?: boolean | null;
}

export type SignState = 'setup' | 'signed_out' | 'signed_in';

export type StreamName = 'main' | 'sub';

export type UnlockMode = 'passphrase' | 'key_file';

export interface Words {
  words: string[];
  ask: number[];
}
