import { partitionOf } from '../../../aws/partitions.ts'
import { usageError } from '../../../core/errors.ts'
import { type ReaderFormat, ROLL_OUT, readerRole } from '../../../steps/permissions/reader.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import type { App } from '../../session/app.ts'
import { regionChoice } from '../../session/connection.ts'
import { settingsFor } from '../../session/open-session.ts'
import { nextLines } from '../change-result.ts'

export interface ReaderRequest {
  trust: string
  organizationId: string | undefined
  format: ReaderFormat
}

const FIRST_OF: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aws: 'us-east-1',
    'aws-us-gov': 'us-gov-west-1',
    'aws-eusc': 'eusc-de-east-1',
  }),
)

/** `permissions reader`: makes no call. Answers the exit code. */
export async function printReader(
  app: App,
  request: ReaderRequest,
  { accountId = '*', settings: layer }: { accountId: string | undefined; settings: SettingLayer },
): Promise<number> {
  const { common, io } = app
  const { trust, format } = request
  const partition = trust.split(':')[1] ?? ''
  // Whoever reads an organization reads it in every Region, unless some are named.
  const choice = common.regions.length > 0 ? await regionChoice(app) : { allFrom: FIRST_OF.get(partition) ?? '' }
  const regions = 'named' in choice ? choice.named : [choice.allFrom]
  const scope = { accountId, regions, everyRegion: 'allFrom' in choice, settings: settingsFor(app, layer) }
  if (partition !== partitionOf(regions[0] ?? '').id) {
    throw usageError(
      `--trust ${trust} is not in the partition of ${regions[0]}`,
      'name Regions of its own with --region',
    )
  }
  io.stdout.write(readerRole({ ...request, ...scope, externalId: common.accounts.externalId }, format))
  const next = ROLL_OUT[format]
  if (!common.quiet && next.length > 0) io.stderr.line(['', 'Next', ...next.flatMap(nextLines)].join('\n'))
  return 0
}
