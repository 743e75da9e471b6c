import type { Observed, Owner } from '../core/resource.ts'
import { hasCode } from './errors.ts'

/** The tag on everything that this program makes or looks after. */
const OWNER_TAG = { key: 'managed-by', value: 'bedrock-monitor' } as const
/** The tag on what was there before and is looked after since. */
const ADOPTED_TAG = { key: 'bedrock-monitor:adopted', value: 'true' } as const

/** A tag as most services spell it. */
export interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

/** The tags of what a stack made. AWS alone can set them (docs: AWS CloudFormation, resource tags), the CDK's resources have them too. */
const STACK_TAGS = 'aws:cloudformation:'

/** The tag on what a template of `setup --export` makes. Terraform sets none by itself. */
export const TEMPLATE_TAG = 'bedrock-monitor:template'

/** What is said of a thing that a stack made. */
export const OF_A_STACK = {
  because: 'managed by CloudFormation, the CDK or Terraform (its tags say so)',
  hint: 'change its template (setup --export writes one), or give setup another name for it (--role-name, --lake-workgroup …: bedrock-monitor help settings lists them)',
  isManaged: true,
} as const

/** Whose a thing of our name is, by its tags. */
export function ownerOf(tags: readonly Tag[] | undefined): Owner {
  if (tags?.some(({ Key }) => Key?.startsWith(STACK_TAGS) || Key === TEMPLATE_TAG)) return 'foreign'
  const has = (tag: { key: string; value: string }) =>
    tags?.some(({ Key, Value }) => Key === tag.key && Value === tag.value) ?? false
  if (!has(OWNER_TAG)) return 'unmarked'
  return has(ADOPTED_TAG) ? 'adopted' : 'ours'
}

/** The tags to set on a thing that is created (no owner yet) or maintained. */
export function tagsFor(owner: Owner | undefined): { Key: string; Value: string }[] {
  const tags = [OWNER_TAG, ...(owner === 'unmarked' || owner === 'adopted' ? [ADOPTED_TAG] : [])]
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

/** The keys of our marks on what was there before us, to take off when it is released. */
export const ADOPTION_KEYS: readonly string[] = [OWNER_TAG.key, ADOPTED_TAG.key]

/** The most tags that a resource has; those of AWS's own do not count (docs: Tagging AWS resources). */
const MOST_TAGS = 50

/** How many tags there is room for beside others' and our marks. */
export function roomIn(tags: readonly Tag[]): number {
  const others = tags.filter(({ Key = '' }) => !Key.startsWith('aws:') && !isOurKey(Key))
  return MOST_TAGS - others.length - ADOPTION_KEYS.length
}

/** Whether a tag is one that this program has set. */
export const isOurKey = (key: string): boolean => key === OWNER_TAG.key || key.startsWith('bedrock-monitor:')

/** The same as a map, as CloudWatch Logs takes them. */
export function tagMapFor(owner: Owner | undefined): Record<string, string> {
  return Object.fromEntries(tagsFor(owner).map(({ Key, Value }) => [Key, Value]))
}

/**
 * A creating call whose answer was lost has been made all the same, and its repetition is told that the thing exists. That is
 * success when what stands there is ours: we only create what did not exist a moment ago. All else is thrown.
 */
export async function createOnce(
  create: Promise<unknown>,
  read: () => Promise<Observed<unknown> | undefined>,
  ...existsCodes: string[]
): Promise<void> {
  try {
    await create
  } catch (error) {
    if (!hasCode(error, ...existsCodes)) throw error
    const standing = await read()
    if ((await standing?.owner()) !== 'ours') throw error
  }
}
