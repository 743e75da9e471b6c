import { randomBytes } from 'node:crypto'
import { globalArn } from '../../arn.ts'
import { AwsFault, type Call } from '../../service.ts'
import { type Tag, Tags } from '../tags.ts'

export interface Role {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly createdAt: number
  readonly description: string | undefined
  readonly maxSessionDuration: number
  /** The ARN of the policy that bounds it. It bounds nothing here. */
  readonly boundary: string | undefined
  readonly tags: Tags
  trust: string
  readonly policies: Map<string, string>
  readonly attached: Set<string>
  /** Names of the instance profiles that it is in; may be changed at any time. */
  readonly profiles: Set<string>
  /** When the role or one of its policies last changed: other services see that only some time later. */
  changedAt: number
}

/** An account's roles. Their names are unique ignoring case. */
export class Roles {
  readonly #roles = new Map<string, Role>()

  create(
    role: Pick<Role, 'name' | 'path' | 'description' | 'maxSessionDuration' | 'boundary' | 'trust'>,
    tags: Tag[],
    call: Call,
  ) {
    const key = role.name.toLowerCase()
    if (this.#roles.has(key)) {
      throw new AwsFault('EntityAlreadyExists', `Role with name ${role.name} already exists.`, 409)
    }
    const made: Role = {
      ...role,
      id: `AROA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`,
      arn: globalArn('iam', call, `role${role.path}${role.name}`),
      createdAt: call.now,
      changedAt: call.now,
      tags: new Tags(tags, () => new AwsFault('LimitExceeded', 'Cannot exceed quota for TagsPerRole: 50', 409)),
      policies: new Map(),
      attached: new Set(),
      profiles: new Set(),
    }
    this.#roles.set(key, made)
    return made
  }

  get(name: string | undefined): Role {
    const role = this.#roles.get((name ?? '').toLowerCase())
    if (role === undefined) throw new AwsFault('NoSuchEntity', `The role with name ${name} cannot be found.`, 404)
    return role
  }

  byArn(arn: string): Role | undefined {
    return this.list().find((role) => role.arn === arn)
  }

  list(): Role[] {
    return [...this.#roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  delete(name: string | undefined): void {
    const role = this.get(name)
    if (role.policies.size > 0) {
      throw new AwsFault('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409)
    }
    if (role.attached.size > 0) {
      throw new AwsFault('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409)
    }
    if (role.profiles.size > 0) {
      throw new AwsFault('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.', 409)
    }
    this.#roles.delete(role.name.toLowerCase())
  }
}
