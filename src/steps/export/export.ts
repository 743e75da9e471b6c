import type { AwsContext } from '../../aws/context.ts'
import { TEMPLATE_TAG } from '../../aws/ownership.ts'
import type { PlanItem } from '../../core/plan.ts'
import { GLOBAL, resourceId, type TemplatePart } from '../../core/resource.ts'
import { LOGGING_TYPE } from '../3-logging.ts'
import type { Env } from '../env.ts'
import { cloudFormation } from './cloudformation.ts'
import { terraform } from './terraform.ts'

export const TEMPLATE_FORMATS = ['cloudformation', 'terraform'] as const
export type TemplateFormat = (typeof TEMPLATE_FORMATS)[number]

export interface NamedPart extends TemplatePart {
  /** Letters and digits, the same in every export. */
  name: string
  region: string
  needs: string[]
  /** It holds data: it outlives the template. */
  keeps: boolean
  /** `setup` made it: it stands already. */
  stands: boolean
}

export interface Exported {
  files: { name: string; text: string }[]
  notes: string[]
  /** What to do with them: what for, and the command. */
  next: string[]
}

export interface ExportOptions {
  format: TemplateFormat
  /** Also where somebody else's logging configuration stands, which it then replaces. */
  replaceLogging: boolean
  /** Left out where AWS is not to be asked. */
  cx?: AwsContext
}

/** All that the settings ask for, whether or not it stands; what is somebody's own is left out. */
export async function exportPlan(
  env: Env,
  items: readonly PlanItem<AwsContext>[],
  options: ExportOptions,
): Promise<Exported> {
  const unread = items.find(({ error }) => error)
  if (unread?.error) throw unread.error
  const asked = items.filter(({ resource }) => resource.wanted !== false)
  const theirs = asked.filter((item) => isTheirs(item, options))
  const ours = asked.filter((item) => !theirs.includes(item))
  const parts = await partsOf(env, ours, options)
  const notes = theirs.map(({ resource: { type, name }, reason }) => {
    return `left out, since somebody else owns it: ${type} ${name}${reason ? ` (${reason})` : ''}`
  })
  const exported = options.format === 'terraform' ? terraform(env, parts) : cloudFormation(env, parts)
  return { ...exported, notes: [...notes, ...exported.notes] }
}

function isTheirs({ resource: { foreign }, have }: PlanItem<AwsContext>, { replaceLogging }: ExportOptions): boolean {
  if (have?.owner === 'foreign') return !foreign?.isManaged && !(replaceLogging && foreign?.replaceable)
  return have?.owner === 'unmarked' || have?.owner === 'adopted'
}

async function partsOf(
  env: Env,
  items: readonly PlanItem<AwsContext>[],
  { format, cx }: ExportOptions,
): Promise<NamedPart[]> {
  const nameOf = ({ resource: { type, name, region } }: PlanItem<AwsContext>) => {
    const isInOneOf = format === 'terraform' && env.regions.length > 1 && region !== GLOBAL
    const place = isInOneOf && !name.includes(region) ? `-${region}` : ''
    return pascal(`${type}-${name.replace(env.accountId, '')}${place}`)
  }
  const names = new Map(items.map((item) => [resourceId(item.resource), nameOf(item)]))
  const tags = [{ Key: TEMPLATE_TAG, Value: format }]
  const parts = items.map(async ({ resource, have }) => {
    const name = names.get(resourceId(resource)) ?? ''
    const needs = (resource.needs ?? []).flatMap((need) => names.get(need) ?? [])
    const made = (await resource.template?.(resource.desired(have?.state), tags, cx)) ?? []
    return made.map((part, index): NamedPart => {
      const earlier = made.slice(0, index).filter(({ type }) => type === part.type).length
      const own = `${name}${part.type.split('::').at(-1)}${earlier > 0 ? earlier + 1 : ''}`
      return {
        ...part,
        name: index === 0 ? name : own,
        region: resource.region,
        needs: index === 0 ? needs : [name],
        keeps: resource.holdsData ?? false,
        stands: have?.owner === 'ours' || (have !== undefined && part.type === LOGGING_TYPE),
      }
    })
  })
  return (await Promise.all(parts)).flat()
}

/** "alarm-Bedrock-HighErrorRate": `AlarmBedrockHighErrorRate`. */
function pascal(words: string): string {
  return words
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
