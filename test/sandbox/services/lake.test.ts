import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { awsCli, describeWith, startMoto } from '../../support/external.ts'

const COLUMN = { Name: 'Upper', Type: 'struct<a:string>' }
const table = (Name: string, more: object = {}) =>
  JSON.stringify({ Name, StorageDescriptor: { Columns: [COLUMN], Location: 's3://logs/' }, ...more })
const DB = ['--database-name', 'logs']
const NAMED = [...DB, '--name', 'calls']

/** Without what tells when, and how often, something was made, and what only one of the two tells. */
function settled(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(settled)
  if (typeof answer !== 'object' || answer === null) return answer
  const told = Object.entries(answer).filter(
    ([name]) => !/Time$|^(VersionId|CatalogId|Retention|IsRegisteredWithLakeFormation|NamedQueryId)$/.test(name),
  )
  return Object.fromEntries(told.map(([name, value]) => [name, settled(value)]))
}

/** What a command of the AWS CLI answers, or the code that it is refused with. */
async function asked(url: string, line: readonly string[]): Promise<unknown> {
  try {
    return settled(await awsCli(url, ...line))
  } catch (thrown) {
    return /An error occurred \((\w+)\)/.exec(String(thrown))?.[1] ?? String(thrown)
  }
}

/** In the order in which they are run; what moto answers as AWS is documented to. */
const LIKE_MOTO: readonly (readonly string[])[] = [
  ['glue', 'get-database', '--name', 'logs'],
  ['glue', 'create-database', '--database-input', '{"Name":"logs","Parameters":{"a":"b"}}'],
  ['glue', 'create-database', '--database-input', '{"Name":"logs"}'],
  ['glue', 'get-database', '--name', 'logs'],
  ['glue', 'get-table', ...NAMED],
  ['glue', 'create-table', '--database-name', 'none', '--table-input', table('calls')],
  ['glue', 'create-table', ...DB, '--table-input', table('calls')],
  ['glue', 'create-table', ...DB, '--table-input', table('calls')],
  ['glue', 'get-table', ...NAMED],
  ['glue', 'update-table', ...DB, '--table-input', table('calls', { Parameters: { 'projection.enabled': 'true' } })],
  ['glue', 'get-table', ...NAMED],
  ['glue', 'get-tables', ...DB],
  ['glue', 'delete-table', ...NAMED],
  ['glue', 'get-tables', ...DB],
  ['glue', 'delete-database', '--name', 'logs'],
  ['glue', 'delete-database', '--name', 'logs'],
  ['athena', 'list-named-queries', '--work-group', 'primary'],
]

describeWith(['moto_server', 'aws'], 'Glue and Athena, asked by the AWS CLI', () => {
  let servers: { url: string; stop(): unknown }[] = []
  beforeAll(async () => {
    const sandbox = await startSandbox()
    servers = [{ url: sandbox.url, stop: () => sandbox.close() }, await startMoto()]
  })
  afterAll(() => Promise.all(servers.map(({ stop }) => stop())))

  test('answer as moto does, where that answers as AWS documents', async () => {
    for (const line of LIKE_MOTO) {
      const [ours, theirs] = await Promise.all(servers.map(({ url }) => asked(url, line)))
      expect({ line, answer: ours }).toEqual({ line, answer: theirs })
    }
  })
})

describeWith(['aws'], 'the sandbox, where moto checks nothing,', () => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  afterAll(() => sandbox.close())
  const answers = (...line: string[]) => asked(sandbox.url, line)
  const group = (...line: string[]) => answers('athena', ...line, '--work-group', 'mine')

  describe('keeps the catalog as AWS describes it', () => {
    test('names are folded to lower case, tables have a type for each column, and no column twice', async () => {
      expect(await answers('glue', 'create-database', '--database-input', '{"Name":"Mixed"}')).toEqual({})
      expect(await answers('glue', 'get-database', '--name', 'mixed')).toEqual({ Database: { Name: 'mixed' } })
      const make = (input: object) =>
        answers('glue', 'create-table', '--database-name', 'mixed', '--table-input', JSON.stringify(input))
      const columns = (...Columns: object[]) => ({ Name: 'calls', StorageDescriptor: { Columns } })
      expect(await make(columns({ Name: 'a', Type: 'struct<b:string' }))).toBe('InvalidInputException')
      expect(await make(columns({ Name: 'a', Type: 'string' }, { Name: 'A', Type: 'string' }))).toBe(
        'InvalidInputException',
      )
      expect(await make({ ...columns({ Name: 'a', Type: 'string' }), Name: 'x'.repeat(255) })).toEqual({})
    })

    test('a database goes with all that is in it, and another account has a catalog of its own', async () => {
      expect(await answers('glue', 'delete-database', '--name', 'mixed')).toEqual({})
      expect(await answers('glue', 'get-tables', '--database-name', 'mixed')).toBe('EntityNotFoundException')
      expect(await answers('glue', 'get-database', '--name', 'x', '--catalog-id', '999999999999')).toBe(
        'AccessDeniedException',
      )
    })
  })

  describe('keeps workgroups as AWS describes them', () => {
    const LIMIT = '{"BytesScannedCutoffPerQuery":10000000,"ResultConfiguration":{"OutputLocation":"s3://answers/x/"}}'
    const QUERY = ['--name', 'q', '--database', 'logs', '--query-string', 'SELECT 1']

    test('they are enforced where nothing is said, and a limit has a least value', async () => {
      const make = (configuration: string) =>
        answers('athena', 'create-work-group', '--name', 'mine', '--configuration', configuration)
      expect(await make('{"ResultConfiguration":{"OutputLocation":"answers"}}')).toBe('InvalidRequestException')
      expect(await make(LIMIT)).toEqual({})
      expect(await make(LIMIT)).toBe('InvalidRequestException')
      expect(await group('get-work-group')).toMatchObject({
        WorkGroup: { State: 'ENABLED', Configuration: { EnforceWorkGroupConfiguration: true } },
      })
      const updates =
        'ResultConfigurationUpdates={ExpectedBucketOwner=111122223333},EnforceWorkGroupConfiguration=false'
      expect(await group('update-work-group', '--configuration-updates', updates)).toEqual({})
      expect(await group('get-work-group')).toMatchObject({
        WorkGroup: {
          Configuration: {
            EnforceWorkGroupConfiguration: false,
            BytesScannedCutoffPerQuery: 10_000_000,
            ResultConfiguration: { OutputLocation: 's3://answers/x/', ExpectedBucketOwner: '111122223333' },
          },
        },
      })
    })

    test('saved queries need a workgroup, may share a name, and keep one from going by itself', async () => {
      expect(await answers('athena', 'create-named-query', ...QUERY, '--work-group', 'none')).toBe(
        'InvalidRequestException',
      )
      for (const token of ['a', 'a', 'b']) {
        await group('create-named-query', ...QUERY, '--client-request-token', token.repeat(32))
      }
      const listed = (await group('list-named-queries')) as { NamedQueryIds: string[] }
      expect(listed.NamedQueryIds).toHaveLength(2)
      const known = await answers('athena', 'batch-get-named-query', '--named-query-ids', ...listed.NamedQueryIds, 'x')
      expect(known).toMatchObject({
        NamedQueries: [{ Name: 'q', WorkGroup: 'mine' }, { QueryString: 'SELECT 1' }],
        UnprocessedNamedQueryIds: [{ ErrorMessage: 'NamedQuery x was not found' }],
      })
      expect(await group('delete-work-group')).toBe('InvalidRequestException')
      expect(await group('delete-work-group', '--recursive-delete-option')).toEqual({})
      expect(await group('get-work-group')).toBe('InvalidRequestException')
      expect(await answers('athena', 'delete-work-group', '--work-group', 'primary')).toBe('InvalidRequestException')
    })
  })
})
