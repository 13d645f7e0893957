/** Written by api-types.mjs from the hub's OpenAPI document. */

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

export interface AppriseNotifier {
  kind: 'apprise';
  id?: string | null;
  name: string;
  enabled?: boolean;
  pictures?: boolean;
  member?: string | null;
  quiet_hours?: Hours[];
  language?: Language | null;
  watched?: boolean;
  url?: string | null;
}

export interface Breach {
  invariant: string;
  where: string;
  sentence: string;
}

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

export interface CameraStorage {
  id: string;
  bytes: number;
  bytes_per_day: number;
  days_kept: number;
  forecast_days: number | null;
}

export interface Changing {
  done: number;
  total: number;
}

export interface Channels {
  channels: (AppriseNotifier | EmailNotifier | MqttNotifier)[];
  troubles: Record<string, string>;
}

export interface CheckBody {
  samples?: number;
}

export interface CheckReport {
  breaches: Breach[];
  segments: number;
  opened_segments: number;
  opened_units: number;
  opened_pictures: number;
  locked: boolean;
}

export interface CheckpointAnswer {
  checkpoint: string;
  key: string;
}

export interface ClipSpan {
  from_us: number;
  to_us: number;
}

export interface CodeBody {
  code: string;
}

export interface ConfirmBody {
  password: string;
}

export interface Confirmation {
  answers: Record<string, string>;
}

export interface Correction {
  verdict: Verdict;
  label: Label | null;
}

export interface CorrectionBody {
  verdict: Verdict;
  label?: Label | null;
}

export interface Departure {
  cameras: string[];
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

export interface Diary {
  checkpoint: string;
  key: string;
  leaves: Leaf[];
  next: number | null;
}

export type Door = 'locked' | 'open' | 'absent' | 'unknown';

export interface EmailNotifier {
  kind: 'email';
  id?: string | null;
  name: string;
  enabled?: boolean;
  pictures?: boolean;
  member?: string | null;
  quiet_hours?: Hours[];
  language?: Language | null;
  host: string;
  port?: number;
  security?: MailSecurity;
  user?: string;
  password?: string | null;
  sender: string;
  recipients: string[];
}

export interface ErrorAnswer {
  error: Failure;
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
  boxes: SeenBox[] | null;
  best: SeenBox;
  correction: Correction | null;
  clip: ClipSpan;
}

export interface EventSummary {
  id: string;
  label: Label;
  start_us: number;
  end_us: number | null;
  score: number;
  alert: boolean;
}

export interface Events {
  events: Event[];
  next: string | null;
}

export interface ExportPlan {
  seconds: number;
  lead_seconds: number;
  bytes: number;
  codec: string;
}

export interface Failure {
  code: string;
  message: string;
  state?: CameraState | null;
  reason?: Reason | null;
  facts?: Record<string, string>;
}

export interface ForgetBody {
  minutes: number;
}

export interface Forgotten {
  cameras: string[];
}

export interface FoundStream {
  url: string;
  codec: string;
  width: number;
  height: number;
  fps: number;
  key_frame_s: number | null;
  audio_codec: string | null;
}

export interface Gap {
  from_us: number;
  to_us: number;
  reason: string;
}

export interface Grant {
  camera: string;
  rights: Right[];
  hours?: Hours[];
  until?: string | null;
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

export interface Hours {
  days: number[];
  from: string;
  to: string;
}

export interface Invitation {
  id: string;
  role: Role;
  name: string;
  made: string;
  expires: string;
  grants: Grant[];
}

export interface InvitationBody {
  role: Role;
  name?: string;
  grants?: Grant[];
}

export interface Invited {
  role: Role;
  name: string;
  by: string;
  expires: string;
}

export interface JoinBody {
  token: string;
  name: string;
  password: string;
}

export interface Kept {
  id: string;
  camera: string;
  from: string;
  to: string;
  from_us: number;
  to_us: number;
  note: string;
  made: string;
}

export interface KeptBody {
  camera: string;
  from: string;
  to: string;
  note?: string;
}

export interface KeptChange {
  note: string;
}

export interface Keys {
  unlock: UnlockMode;
  locked: boolean;
  changing: Changing | null;
}

export type Label = 'person' | 'vehicle' | 'animal';

export type Language = 'en' | 'de';

export interface Leaf {
  index: number;
  commitment: string;
  state: LeafState;
  salt: string | null;
  entry: string | null;
  now: boolean;
  proof: string[];
}

export type LeafState = 'open' | 'erased' | 'withheld';

export interface LinkAnswer {
  link: string;
}

export interface LinkBody {
  hours?: number;
  opens?: number | null;
  passphrase?: string | null;
}

export interface LoginBody {
  name: string;
  password: string;
  code?: string | null;
}

export interface LookBody {
  token: string;
}

export type LookKind =
  | 'live'
  | 'playback'
  | 'preview'
  | 'picture'
  | 'export'
  | 'download'
  | 'link'
  | 'alert_picture';

export interface Looking {
  index: number;
  look: LookKind;
  camera: string;
  name: string;
  member: string | null;
  via: Via;
  address: string;
  since: string;
}

export interface LooksNow {
  looks: Looking[];
}

export interface MailBody {
  to: string;
}

export type MailSecurity = 'starttls' | 'tls' | 'none';

export interface Member {
  id: string;
  name: string;
  role: Role;
  created: string;
  me: boolean;
  grants: Grant[];
  last_seen: string | null;
  second_factor: boolean | null;
}

export interface MemberChange {
  role?: Role | null;
  grants?: Grant[] | null;
}

export interface Members {
  members: Member[];
  invitations: Invitation[];
}

export interface MqttNotifier {
  kind: 'mqtt';
  id?: string | null;
  name: string;
  enabled?: boolean;
  pictures?: boolean;
  member?: string | null;
  host: string;
  port?: number;
  tls?: boolean;
  user?: string;
  password?: string | null;
  prefix?: string;
  discovery_prefix?: string;
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

export interface NewInvitation {
  invitation: Invitation;
  token: string;
}

export interface NewPassword {
  password: string;
  old_refused: boolean;
  defaults_refused: boolean;
}

export interface NewToken {
  token: Token;
  secret: string;
}

export interface OffJson {
  reason: OffReason;
  until: string | null;
}

export type OffReason = 'switch' | 'pause' | 'schedule';

export interface OpenAnswer {
  id: string;
  ticket: string;
  envelope: string;
  codec: string;
}

export interface OpenBody {
  token: string;
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

export interface Openness {
  rtsp: Door;
  onvif: Door;
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

export interface Problem {
  id: string;
  code: ProblemCode;
  camera: string | null;
  since: string;
  message: string;
}

export type ProblemCode =
  | 'camera_down'
  | 'disk_full'
  | 'disk_failing'
  | 'disk_missing'
  | 'retention_short'
  | 'recorder_behind'
  | 'clock'
  | 'watcher'
  | 'notifier'
  | 'certificate'
  | 'guessing'
  | 'diary';

export interface ProofAnswer {
  proof: string[];
}

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
  | 'service_answered';

export type RecordMode = 'all' | 'motion' | 'events' | 'off';

export interface Recovery {
  made: string | null;
  backup: string | null;
}

export interface RecoveryCodes {
  recovery_codes: string[];
}

export interface Report {
  main: FoundStream;
  sub: FoundStream | null;
  device: string;
  clock_skew_s: number | null;
  advice: Advice[];
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

export interface RetentionJson {
  mode: RecordMode;
  days: number;
  gigabytes?: number | null;
}

export type Right = 'live' | 'recordings' | 'clips' | 'export' | 'share' | 'talk' | 'settings';

export type Role = 'owner' | 'adult' | 'member' | 'guest';

export interface Rotated {
  keys: Keys;
  words: Words;
}

export interface RuleJson {
  enabled: boolean;
  threshold: number;
  min_area?: number;
}

export interface SeenBox {
  t_us: number;
  box: [number, number, number, number];
  score: number;
}

export interface Segment {
  id: string;
  stream: StreamName;
  run: string;
  start_us: number;
  end_us: number;
  media_start_us: number;
  video: SegmentVideo;
  audio: SegmentAudio | null;
  key_frames_us: number[];
}

export interface SegmentAudio {
  codec: string;
}

export interface SegmentVideo {
  codec: string;
  width: number;
  height: number;
}

export interface SessionAnswer {
  state: SignState;
  name?: string | null;
  member?: string | null;
  role?: Role | null;
  language?: string | null;
  time_zone?: string | null;
  locked?: boolean | null;
}

export interface Settings {
  language: Language;
  time_zone: string;
  quiet_hours: Hours[];
  cool_down_s: number;
  address: string;
  known_address: string | null;
}

export interface SettingsChange {
  language?: Language | null;
  time_zone?: string | null;
  quiet_hours?: Hours[] | null;
  cool_down_s?: number | null;
  address?: string | null;
}

export interface SetupBody {
  token: string;
  name: string;
  password: string;
  unlock?: UnlockMode;
}

export interface Share {
  id: string;
  maker: string | null;
  camera: string;
  from_us: number;
  to_us: number;
  stream: StreamName;
  sound: boolean;
  seconds: number;
  bytes: number;
  codec: string;
  made: string;
  link: ShareLink | null;
  ended: string | null;
}

export interface ShareBody {
  camera: string;
  from: string;
  to: string;
  stream?: StreamName;
  sound?: boolean;
}

export interface ShareLink {
  made: string;
  expires: string;
  opens_left: number | null;
  guarded: boolean;
  opened: number;
  last: string | null;
}

export interface SignIn {
  totp: boolean;
  recovery_codes: number;
  passkeys: Passkey[];
  passkeys_work: boolean;
}

export type SignState = 'setup' | 'signed_out' | 'signed_in';

export interface SnoozeBody {
  minutes: number;
}

export interface Storage {
  free_bytes: number;
  total_bytes: number;
  path: string;
  cameras: CameraStorage[];
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

export type StreamName = 'main' | 'sub';

export interface Timeline {
  recorded: [number, number][];
  gaps: Gap[];
  motion: [number, number][];
  events: EventSummary[];
  kept: [number, number][];
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

export type Trust = 'household' | 'own' | 'none';

export interface TrustAnswer {
  kind: Trust;
  fingerprint?: string | null;
  names?: string[];
  addresses?: string[];
  page?: string | null;
  until?: string | null;
}

export interface UnlockBody {
  password: string;
  name?: string | null;
}

export type UnlockMode = 'passphrase' | 'key_file';

export type Until = 'morning';

export type Verdict = 'right' | 'nothing' | 'wrong_kind';

export type Via = 'browser' | 'token' | 'machine' | 'link' | 'channel';

export interface Words {
  words: string[];
  ask: number[];
}

export interface ZoneJson {
  name: string;
  polygon: [number, number][];
  labels?: Label[];
}
