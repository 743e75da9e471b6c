import { MOST_TAGS, type Observed, type Owned, type Owner, ownedBy } from '../core/resource.ts'
import { hasCode } from './errors.ts'

const OWNER_TAG = { key: 'managed-by', value: 'bedrock-monitor' } as const
/** The tag on what was there before and is looked after since. */
const ADOPTED_TAG = { key: 'bedrock-monitor:adopted', value: 'true' } as const

export interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

/** The tags of what a stack made. AWS alone can set them (docs: AWS CloudFormation, resource tags), the CDK's resources have them too. */
const STACK_TAGS = 'aws:cloudformation:'

/** The tag on what a template of `setup --export` makes. Terraform sets none by itself. */
export const TEMPLATE_TAG = 'bedrock-monitor:template'

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
  if (has(ADOPTED_TAG)) return 'adopted'
  return has(OWNER_TAG) ? 'ours' : 'unmarked'
}

/** What its tags say of a thing of our name. */
export function whose(tags: readonly Tag[] = []): Owned {
  return { owner: ownerOf(tags), tagKeys: tags.flatMap(({ Key = '' }) => (Key.startsWith('aws:') ? [] : [Key])) }
}

/** The tags to set on a thing. What was there before us may be `managed-by` somebody (`taken`), and stays so; IAM knows no case. */
export function tagsFor(owner: Owner | undefined, taken: readonly string[] = []): { Key: string; Value: string }[] {
  const isAdopted = owner === 'unmarked' || owner === 'adopted'
  const isTaken = isAdopted && taken.some((key) => key.toLowerCase() === OWNER_TAG.key)
  const tags = [...(isTaken ? [] : [OWNER_TAG]), ...(isAdopted ? [ADOPTED_TAG] : [])]
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

/** The keys of the tags that adopting a thing sets; none for one that has its marks. */
export function adoptionKeys({ owner, tagKeys }: Owned): string[] {
  return owner === 'unmarked' ? tagsFor(owner, tagKeys).map(({ Key }) => Key) : []
}

/** How many tags there is room for beside others' and our marks. */
export function roomIn(tags: readonly Tag[]): number {
  const others = tags.filter((tag) => !tag.Key?.startsWith('aws:') && !isOurs(tag))
  return MOST_TAGS - others.length - tagsFor('adopted').length
}

export const isOurs = ({ Key = '', Value }: Tag): boolean =>
  Key.startsWith('bedrock-monitor:') || (Key === OWNER_TAG.key && Value === OWNER_TAG.value)

/** The keys of what this program has set among tags, to take off what is released. */
export const ourKeys = (tags: readonly Tag[] = []): string[] => tags.filter(isOurs).flatMap(({ Key }) => Key ?? [])

/** The same as a map, as CloudWatch Logs takes them. */
export function tagMapFor(owner: Owner | undefined, taken?: readonly string[]): Record<string, string> {
  return Object.fromEntries(tagsFor(owner, taken).map(({ Key, Value }) => [Key, Value]))
}

export const tagsOf = (map: Readonly<Record<string, string>> = {}): Tag[] =>
  Object.entries(map).map(([Key, Value]) => ({ Key, Value }))

/** A creation whose answer was lost is told, when repeated, that the thing exists: success where that is ours, else thrown. */
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
    if (!standing || ownedBy(await standing.owner()).owner !== 'ours') throw error
  }
}
