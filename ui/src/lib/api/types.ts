/** What the hub says and hears. `schema/` is written from its OpenAPI document; here are the page's own names. */

import type * as schema from './schema/index';

export type {
  Advice,
  CameraState,
  Event,
  Failure,
  Hours,
  Invitation,
  Invited,
  Kept,
  Label,
  LookKind,
  Keys,
  UnlockMode,
  Words,
  Member,
  Members,
  NewPassword,
  Openness,
  Place,
  OpenSession,
  Problem,
  Reason,
  RecordMode,
  Recovery,
  Right,
  Role,
  Segment,
  Share,
  SignIn,
  StreamName,
  Timeline,
  Token,
  Totp,
  Verdict,
} from './schema/index';

/** Answers always carry every field, also those that a request may leave out. */
type Filled<T> = { [Name in keyof T]-?: Exclude<T[Name], undefined> };

export const LABELS: readonly schema.Label[] = ['person', 'vehicle', 'animal'];
export type TrackName = 'video' | 'audio';
export type Point = [x: number, y: number];
export type Polygon = Point[];

export type Camera = Omit<schema.Camera, 'zones' | 'rules'> & {
  zones: Zone[];
  rules: Record<schema.Label, Rule>;
};
export type Grant = Filled<schema.Grant>;
export type Settings = schema.Settings;
export type DiaryPage = schema.Diary;
export type DiaryCheckpoint = schema.CheckpointAnswer;
export type DiaryProof = schema.ProofAnswer;
export type Session = schema.SessionAnswer;
export type StreamInfo = schema.Stream;
export type Correction = schema.Correction;
export type Zone = Filled<schema.ZoneJson>;
export type Rule = Filled<schema.RuleJson>;
export type CameraChange = schema.CameraChange;
export type NewCamera = schema.NewCameraBody;
export type Probe = schema.Report;
export type FoundStream = schema.FoundStream;
export type FoundDevice = schema.Device;
export type TimedBox = schema.SeenBox;
export type EventMark = schema.EventSummary;
export type EventPage = schema.Events;
export type Export = schema.ExportPlan;
export type StorageReport = schema.Storage;
export type StorageCamera = schema.CameraStorage;
/** `id` is null until the hub has given one; secrets are null when they are read. */
export type EmailNotifier = Filled<schema.EmailNotifier>;
export type AppriseNotifier = Filled<schema.AppriseNotifier>;
export type Channels = Omit<schema.Channels, 'channels'> & { channels: Notifier[] };
export type MqttNotifier = Filled<schema.MqttNotifier>;
export type Notifier = EmailNotifier | AppriseNotifier | MqttNotifier;

export interface EventFilter {
  camera?: string;
  label?: schema.Label;
  alert?: boolean;
  since?: string;
  until?: string;
  before?: string;
  limit?: number;
}

export type FeedMessage =
  | { type: 'event'; event: schema.Event }
  | { type: 'alert'; event: schema.Event }
  | { type: 'camera'; camera: Camera }
  | { type: 'camera_gone'; id: string }
  | { type: 'motion'; camera: string; moving: boolean }
  | { type: 'problem'; problem: schema.Problem }
  | { type: 'problem_over'; id: string }
  | { type: 'watching'; camera: string; name: string; people: string[] }
  | { type: 'sign_in'; member: string; name: string; address: string; device: string; at: string };
