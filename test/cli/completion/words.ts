import { completed } from '../../../src/cli/completion/model.ts'
import { ANSWER_FORMATS, FORMATS } from '../../../src/report/formats/index.ts'
import { SOURCES } from '../../../src/report/sources/index.ts'
import type { Source } from '../../../src/report/sources/source.ts'
import { COMMANDS } from '../../support/commands.ts'

export const MODEL = completed(COMMANDS)

const command = (name: string) => {
  const found = MODEL.commands.find((each) => each.name === name)
  if (!found) throw new Error(`no command ${name}`)
  return found
}
const dashed = (flags: readonly { name: string }[]) => flags.map(({ name }) => `--${name}`)

/** Lines up to the cursor, and all that is to be offered there, whatever the shell. */
export const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['', MODEL.commands.map(({ name }) => name)],
  ['re', ['report', 'reconcile']],
  ['s', ['setup', 'status', 'sandbox']],
  ['xyz', []],
  ['help sta', ['status']],
  ['report --fo', ['--forecast', '--format', '--focus-version']],
  ['status --', [...dashed(MODEL.common), ...dashed(command('status').flags)]],
  ['--region us-west-2 perm', ['permissions']],
  ['--json rep', ['report']],
  ['permissions rep', ['report']],
  ['permissions report --account', ['--account-id']],
  ['report --format ', FORMATS.map(({ name }) => name)],
  ['query --format ', ANSWER_FORMATS.map(({ name }) => name)],
  ['query --format j', ['json']],
  ['setup --only sto', ['storage']],
  ['setup --only iam,das', ['iam,dashboard']],
  ['setup --alarms ', ['minimal', 'standard', 'strict']],
  ['alarms ', ['list', 'sync']],
  ['alarms sync --alarms st', ['standard', 'strict']],
  ['query xyz', []],
  ['query tokens-by-m', ['tokens-by-model']],
  ['report --source ', SOURCES.map(({ name, path }: Source<never>) => (path ? `${name}:` : name))],
  ['report --by model,da', ['model,day']],
  ['report --by meta', ['metadata:']],
  ['report --timezone Europe/Berl', ['Europe/Berlin']],
  ['status --region us-east-2,us-gov-w', ['us-east-2,us-gov-west-1']],
  ['report --hours ', []],
  ['--profile d', ['default', 'dev-1']],
  ['completion ', ['bash', 'zsh', 'fish']],
]

/** What profiles are read from: one has a name that must never be run, one is none. */
export const AWS_CONFIG = '[default]\n[profile dev-1]\n[profile $(touch ran)]\n[sso-session dev-2]\n'
