import type { ThresholdAlarm } from './alarm-definition.ts'

/** The flag of a setting, without dashes in front: `high-latency-p99-threshold`. */
export const flagOf = ({ key }: { key: string }): string => key.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase()

/** What somebody who is notified does next: the command that shows more, and how to act on it. At most 300 characters. */
export function whatToDo(
  { look: [command, shows, act], threshold }: Pick<ThresholdAlarm, 'look'> & { threshold: { key: string } },
  region: string,
): string {
  const then = act === undefined ? '' : ` ${act}`
  return ` What to do: run bedrock-monitor ${command} --region ${region}, which shows ${shows}.${then} If this is expected, set a higher --${flagOf(threshold)} in setup.`
}

const GUIDE =
  /\s*What to do: run (bedrock-monitor .+?), which shows .+? If this is expected, set a higher --[a-z0-9-]+ in setup\./
/** Others can write in a description: only what reads, and nothing that a shell would take for more. */
const READS = /^bedrock-monitor (?:report|query|doctor) [\w '=*/.,:-]+$/

export const withoutGuide = (description: string): string => description.replace(GUIDE, '')

/** What an alarm watches is in the first, what it leaves out in the others. */
export const sentencesOf = (description: string): string[] => description.split(/(?<=\.) (?=[A-Z])/)

/** The command that a description names; undefined where it has none that only reads. */
export function commandIn(description: string): string | undefined {
  const [, command = ''] = GUIDE.exec(description) ?? []
  return READS.test(command) ? command : undefined
}
