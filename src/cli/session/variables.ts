import type { Context } from '../../core/context.ts'
import { SETTINGS } from '../../steps/settings.ts'
import { suggest } from '../../text/nearest.ts'

const PREFIX = 'BEDROCK_MONITOR_'

/** A variable with our prefix that sets nothing was meant to: it is named, and its value, which may be a secret, is not. */
export function warnOfUnknown(names: readonly string[], { emit }: Pick<Context, 'emit'>): void {
  const known = [`${PREFIX}REGION`, ...SETTINGS.map(({ env: [ours = ''] }) => ours)].map(withoutPrefix)
  for (const word of names.map(withoutPrefix).filter((each) => !known.includes(each))) {
    const meant = suggest(word, known)
    const what = meant === undefined ? 'see bedrock-monitor help settings' : `did you mean ${PREFIX}${meant}?`
    const message = `the environment variable ${PREFIX}${word} is unknown and has no effect; ${what}`
    emit({ type: 'warning', warning: { code: 'variable-unknown', message } })
  }
}

const withoutPrefix = (name: string) => name.slice(PREFIX.length)
