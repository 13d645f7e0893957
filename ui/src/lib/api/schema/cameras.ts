/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { CameraState, Hours, Label, Right } from './everywhere.ts';

export interface Advice {
  code: AdviceCode;
  message: string;
  seconds: number | null;
}

export type AdviceCode =
  | 'rare_key_frames'
  | 'few_key_frames'
  | 'clock_ahead'
  | 'clock_behind'
  | 'silent'
  | 'unknown_sound'
  | 'no_sub'
  | 'h265_only';

export interface Camera {
  id: string;
  name: string;
  place: Place;
  enabled: boolean;
  state: CameraState;
  state_message: string;
  recording: boolean;
  audio: boolean;
  detect: boolean;
  record_sub: boolean;
  main: Stream;
  sub: Stream | null;
  user: string;
  has_password: boolean;
  retention: RetentionJson;
  zones: ZoneJson[];
  masks: [number, number][][];
  rules: Record<Label, RuleJson>;
  snoozed_until: string | null;
  order: number;
  off: OffJson | null;
  off_hours: Hours[];
  rights: Right[];
}

export interface CameraChange {
  name?: string | null;
  place?: Place | null;
  enabled?: boolean | null;
  audio?: boolean | null;
  detect?: boolean | null;
  record_sub?: boolean | null;
  url?: string | null;
  sub_url?: string | null;
  user?: string | null;
  password?: string | null;
  retention?: RetentionJson | null;
  zones?: ZoneJson[] | null;
  masks?: [number, number][][] | null;
  rules?: Record<Label, RuleJson> | null;
  order?: number | null;
  off_hours?: Hours[] | null;
}

export interface Device {
  name: string;
  address: string;
  onvif_url: string;
  model: string;
}

export interface Devices {
  devices: Device[];
}

export type Door = 'locked' | 'open' | 'absent' | 'unknown';

export interface FoundStream {
  url: string;
  codec: string;
  width: number;
  height: number;
  fps: number;
  key_frame_s: number | null;
  audio_codec: string | null;
}

export interface NewCameraBody {
  name: string;
  url: string;
  user?: string;
  password?: string;
  sub_url?: string | null;
  place?: Place;
  check?: boolean;
}

export interface NewPassword {
  password: string;
  old_refused: boolean;
  defaults_refused: boolean;
}

export interface OffJson {
  reason: OffReason;
  until: string | null;
}

export type OffReason = 'switch' | 'pause' | 'schedule';

export interface Openness {
  rtsp: Door;
  onvif: Door;
}

export interface PauseBody {
  minutes?: number | null;
  until?: Until | null;
}

export type Place = 'indoor' | 'outdoor';

export interface ProbeBody {
  url: string;
  user?: string;
  password?: string;
  sub_url?: string | null;
}

export type RecordMode = 'all' | 'motion' | 'events' | 'off';

export interface Report {
  main: FoundStream;
  sub: FoundStream | null;
  device: string;
  clock_skew_s: number | null;
  advice: Advice[];
}

export interface RetentionJson {
  mode: RecordMode;
  days: number;
  gigabytes?: number | null;
}

export interface RuleJson {
  enabled: boolean;
  threshold: number;
  min_area?: number;
}

export interface SnoozeBody {
  minutes: number;
}

export interface Stream {
  url: string;
  state: CameraState;
  codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  key_frame_s: number | null;
  audio_codec: string | null;
  unheard: string | null;
}

export type Until = 'morning';

export interface ZoneJson {
  name: string;
  polygon: [number, number][];
  labels?: Label[];
}
