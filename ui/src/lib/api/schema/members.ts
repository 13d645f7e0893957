/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { Hours, Right, Role } from './everywhere.ts';

export interface Departure {
  cameras: string[];
}

export interface Grant {
  camera: string;
  rights: Right[];
  hours?: Hours[];
  until?: string | null;
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

export interface LookBody {
  token: string;
}

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

export interface NewInvitation {
  invitation: Invitation;
  token: string;
}
