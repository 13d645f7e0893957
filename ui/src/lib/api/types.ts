/** What the hub says and hears: docs/reference/http-api.md in TypeScript. Names ending in `_us` are microseconds UTC. */

export type Label = 'person' | 'vehicle' | 'animal';
export const LABELS: readonly Label[] = ['person', 'vehicle', 'animal'];
export type StreamName = 'main' | 'sub';
export type TrackName = 'video' | 'audio';
export type RecordMode = 'all' | 'motion' | 'events' | 'off';
export type Point = [x: number, y: number];
export type Polygon = Point[];
export type Box = [left: number, top: number, right: number, bottom: number];
export type Span = [from_us: number, to_us: number];

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

export type AlertReason =
  | 'alerted'
  | 'low_score'
  | 'too_small'
  | 'outside_zones'
  | 'stood_still'
  | 'same_incident'
  | 'label_off'
  | 'quiet_hours'
  | 'cool_down'
  | 'snoozed';

export interface Session {
  state: 'setup' | 'signed_out' | 'signed_in';
  name?: string | null;
  language?: string | null;
}

export interface StreamInfo {
  url: string;
  state?: CameraState;
  codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  key_frame_s: number | null;
  audio_codec: string | null;
}

export interface Retention {
  mode: RecordMode;
  days: number;
  gigabytes: number | null;
}

export interface Zone {
  name: string;
  polygon: Polygon;
  labels: Label[];
}

export interface Rule {
  enabled: boolean;
  threshold: number;
  min_area: number;
}

export interface Camera {
  id: string;
  name: string;
  enabled: boolean;
  state: CameraState;
  state_message: string;
  recording: boolean;
  audio: boolean;
  detect: boolean;
  main: StreamInfo;
  sub: StreamInfo | null;
  user: string;
  has_password: boolean;
  retention: Retention;
  zones: Zone[];
  masks: Polygon[];
  rules: Record<Label, Rule>;
  snoozed_until: string | null;
  order: number;
}

export type CameraChange = Partial<
  Pick<
    Camera,
    'name' | 'enabled' | 'audio' | 'detect' | 'user' | 'retention' | 'zones' | 'masks' | 'order'
  >
> & {
  rules?: Partial<Record<Label, Rule>>;
  password?: string;
  url?: string;
  sub_url?: string | null;
};

export interface NewCamera {
  name: string;
  url: string;
  user?: string;
  password?: string;
  sub_url?: string;
}

export interface Advice {
  code: string;
  message: string;
}

export interface Probe {
  main: StreamInfo;
  sub: StreamInfo | null;
  clock_skew_s: number | null;
  advice: (Advice | string)[];
}

export interface FoundDevice {
  name: string;
  address: string;
  onvif_url: string;
  model: string;
}

export type Verdict = 'right' | 'nothing' | 'wrong_kind';

export interface Correction {
  verdict: Verdict;
  label?: Label | null;
}

export interface TimedBox {
  t_us: number;
  box: Box;
  score: number;
}

export interface Event {
  id: string;
  camera: string;
  label: Label;
  start: string;
  end: string | null;
  start_us: number;
  end_us: number | null;
  score: number;
  alert: boolean;
  reason: AlertReason;
  incident: string;
  zones: string[];
  boxes?: TimedBox[] | null;
  best: TimedBox;
  correction: Correction | null;
  clip: { from_us: number; to_us: number };
}

export interface EventPage {
  events: Event[];
  next: string | null;
}

export interface EventFilter {
  camera?: string;
  label?: Label;
  alert?: boolean;
  since?: string;
  until?: string;
  before?: string;
  limit?: number;
}

export interface Gap {
  from_us: number;
  to_us: number;
  reason: string;
}

/** What the timeline draws of an event. */
export type EventMark = Pick<Event, 'id' | 'label' | 'start_us' | 'end_us' | 'score' | 'alert'>;

export interface Timeline {
  recorded: Span[];
  gaps: Gap[];
  motion: Span[];
  events: EventMark[];
  kept: Span[];
}

export interface Segment {
  id: string;
  stream: StreamName;
  run: string;
  start_us: number;
  end_us: number;
  media_start_us: number;
  video: { codec: string; width: number; height: number };
  audio: { codec: string } | null;
  key_frames_us: number[];
}

export interface Export {
  seconds: number;
  lead_seconds: number;
  bytes: number;
  codec: string;
}

export interface Kept {
  id: string;
  camera: string;
  from_us?: number;
  to_us?: number;
  from: string;
  to: string;
  note?: string | null;
}

export interface QuietHours {
  days: number[];
  from: string;
  to: string;
}

interface NotifierBase {
  id: string;
  name: string;
  enabled: boolean;
  pictures: boolean;
}
export interface EmailNotifier extends NotifierBase {
  kind: 'email';
  host: string;
  port: number;
  security: 'starttls' | 'tls' | 'none';
  user: string;
  password: string | null;
  sender: string;
  recipients: string[];
}
export interface AppriseNotifier extends NotifierBase {
  kind: 'apprise';
  url: string | null;
}
export interface MqttNotifier extends NotifierBase {
  kind: 'mqtt';
  host: string;
  port: number;
  tls: boolean;
  user: string;
  password: string | null;
  topic: string;
  discovery: string;
}
export type Notifier = EmailNotifier | AppriseNotifier | MqttNotifier;

export interface Settings {
  language: string;
  time_zone: string;
  quiet_hours: QuietHours[];
  cool_down_s: number;
  notifiers: Notifier[];
}

export interface StorageCamera {
  id: string;
  bytes: number;
  bytes_per_day: number | null;
  days_kept: number | null;
  forecast_days: number | null;
}

export interface StorageReport {
  free_bytes: number;
  total_bytes: number;
  path: string;
  cameras: StorageCamera[];
}

export interface Problem {
  id: string;
  code: string;
  camera?: string | null;
  since: string;
  message: string;
}

export type FeedMessage =
  | { type: 'event'; event: Event }
  | { type: 'alert'; event: Event }
  | { type: 'camera'; camera: Camera }
  | { type: 'camera_gone'; id: string }
  | { type: 'motion'; camera: string; moving: boolean }
  | { type: 'problem'; problem: Problem; over?: boolean };
