import type { DatabaseInput, Table, TableInput } from '@aws-sdk/client-glue'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { createOnce, isOurs, OF_A_STACK, ownerOf, tagMapFor, tagsOf } from '../../aws/ownership.ts'
import { allOf } from '../../aws/pages.ts'
import { arn } from '../../aws/partitions.ts'
import {
  concernsIn,
  type Grant,
  type Owner,
  type Resource,
  resourceId,
  type Step,
  type TemplateTag,
  wantedState,
} from '../../core/resource.ts'
import { LAKE_NAMES } from '../../report/lake/table.ts'
import { byRegion, type Env } from '../env.ts'
import { heldBy } from '../held-by.ts'
import { bucket } from '../storage/bucket.ts'
import { onlyBeside, resultsBucket } from './results-bucket.ts'
import { desiredTable, type TableState, tableConcerns, tableInput, tableStateOf, tableSummary } from './table-state.ts'
import { workGroup } from './work-group.ts'

export const LAKE = '2c'

/** Step 2c: the log in each Region's bucket as a table of Athena. Nothing of it costs anything before it is asked. */
export function lake(env: Env): Step<AwsContext> {
  const resources = byRegion(env).flatMap((each) => {
    const use = resultsBucket(each)
    const results = bucket(use)
    const home = database(each, [resourceId(results)])
    const catalog = [home, table(each, [resourceId(home)]), workGroup(each, [resourceId(results), resourceId(home)])]
    // A lake of another name may have outlived the bucket: whoever names it is looking for it.
    const { lakeDatabase, lakeTable, lakeWorkgroup } = each.settings
    const names = [LAKE_NAMES.database, LAKE_NAMES.table, LAKE_NAMES.workGroup].join()
    const isSought = use.wanted || [lakeDatabase, lakeTable, lakeWorkgroup].join() !== names
    return [results, ...(isSought ? catalog : catalog.map((resource) => onlyBeside(use, resource)))]
  })
  return { id: LAKE, name: 'lake', title: 'the invocation log as a table of Athena', resources }
}

const GONE = 'EntityNotFoundException'
const EXISTS = 'AlreadyExistsException'
const DESCRIPTION = 'Tables over the invocation log of Amazon Bedrock. Made by bedrock-monitor.'

type Parameters = Readonly<Record<string, string>>

/** Marks stand among the parameters: tables have no tags, and databases need no second call for theirs. */
const ownerBy = (parameters: Parameters | undefined): Owner => ownerOf(tagsOf(parameters))

const unmarked = (parameters: Parameters | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters ?? {}).filter(([Key, Value]) => !isOurs({ Key, Value })))

const asParameters = (tags: readonly TemplateTag[]) => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

/** The data catalog has no ARN of its own kind in a policy: each action is checked against it, too. */
function grantsOn(env: Env, ...things: string[]) {
  const resources = ['catalog', ...things].map((thing) => arn(env, 'glue', env.region, env.accountId, thing))
  return (...actions: string[]): Grant[] =>
    env.settings.lake || env.removing ? [{ actions: actions.map((action) => `glue:${action}`), resources }] : []
}

const inCatalog = (env: Env, needs: readonly string[]) => ({
  step: LAKE,
  region: env.region,
  wanted: env.settings.lake,
  needs,
  known: ['limits'],
  foreign: OF_A_STACK,
})

// AWS's clients of the lake are loaded where they are called: they are a fifth of all that a command has to load.
const glueClient = () => import('@aws-sdk/client-glue')

interface DatabaseState {
  /** Known, not set: what Glue has of it, which an update has to repeat. */
  limits: {
    input?: DatabaseInput
    /** Tables in it that are not ours, where it is to go: they would go with it. */
    others?: readonly string[]
    /** Those of them that no clean-up removes: of a stack, or the one that was there before us. */
    staying?: readonly string[]
  }
}

/** The database that the table is in. Where one of that name stands, it is used as it is. */
function database(env: Env, needs: readonly string[]): Resource<DatabaseState, AwsContext> {
  const { lakeDatabase: name } = env.settings
  const own = grantsOn(env, `database/${name}`)
  const tables = [`database/${name}`, `table/${name}/*`]
  const update = async ({ aws }: AwsContext, theirs: DatabaseInput | undefined, Parameters: Parameters) => {
    const { UpdateDatabaseCommand } = await glueClient()
    const DatabaseInput = { ...theirs, Name: name, Parameters }
    return aws.glue.send(new UpdateDatabaseCommand({ Name: name, DatabaseInput }))
  }
  return {
    ...inCatalog(env, needs),
    type: 'glue-database',
    name,
    desired: (have) => have ?? { limits: {} },
    concerns({ limits: { others, staying = [] } }) {
      // Not even with what others put there: the plan says of such a table that it is left standing.
      const stay = `database ${name} has tables that stay: ${staying.join(', ')}`
      const [what, instead] = [`database ${name} has tables`, 'move them to another database']
      return [
        ...concernsIn(['lake-with-staying', staying.length, stay, LET_GO, 'remove']),
        ...heldBy('lake-with-others', others, what, instead, env.removing),
      ]
    },
    template: (_, tags) => {
      const CatalogId = env.accountId
      const DatabaseInput = { Name: name, Description: DESCRIPTION, Parameters: asParameters(tags) }
      return [{ type: 'AWS::Glue::Database', id: `${CatalogId}:${name}`, properties: { CatalogId, DatabaseInput } }]
    },
    permissions: () => ({
      read: own('GetDatabase'),
      write: own('CreateDatabase', 'UpdateDatabase'),
      remove: [
        ...own('UpdateDatabase'),
        ...grantsOn(env, ...tables)('GetTables'),
        ...grantsOn(env, ...tables, `userDefinedFunction/${name}/*`)('DeleteDatabase'),
      ],
    }),

    async read(cx) {
      const { GetDatabaseCommand } = await glueClient()
      const found = (await orUndefined(cx.aws.glue.send(new GetDatabaseCommand({ Name: name })), GONE))?.Database
      if (!found) return undefined
      const { Name, Description, LocationUri, Parameters, CreateTableDefaultPermissions } = found
      const input = { Name, Description, LocationUri, Parameters, CreateTableDefaultPermissions }
      const tables = env.removing ? await tablesOfOthers(cx, env) : []
      const others = tables.map(({ Name = '' }) => Name)
      const staying = tables.flatMap(({ Name = '', Parameters }) =>
        Name === env.settings.lakeTable || ownerBy(Parameters) === 'foreign' ? [Name] : [],
      )
      const limits = { input, ...(others.length > 0 && { others, staying }) }
      return { state: { limits }, owner: async () => ownerBy(Parameters) }
    },

    async write(cx, have) {
      if (!have) {
        const { CreateDatabaseCommand } = await glueClient()
        const DatabaseInput = { Name: name, Description: DESCRIPTION, Parameters: tagMapFor(undefined) }
        const create = cx.aws.glue.send(new CreateDatabaseCommand({ DatabaseInput }))
        await createOnce(create, () => this.read(cx), EXISTS)
      } else if (have.owner === 'unmarked') {
        const { input } = have.state.limits
        await update(cx, input, { ...input?.Parameters, ...tagMapFor(have.owner) })
      }
    },

    async release(cx, { state: { limits } }) {
      await orUndefined(update(cx, limits.input, unmarked(limits.input?.Parameters)), GONE)
    },

    async remove({ aws }) {
      const { DeleteDatabaseCommand } = await glueClient()
      await orUndefined(aws.glue.send(new DeleteDatabaseCommand({ Name: name })), GONE)
    },
  }
}

const LET_GO =
  'delete the table of a stack by its template; one that was there before setup goes with --include-adopted; then run cleanup again'

/** The tables that do not go by themselves. */
async function tablesOfOthers({ aws }: AwsContext, { settings, removing }: Env): Promise<Table[]> {
  const { GetTablesCommand } = await glueClient()
  const all = allOf(aws.glue, GetTablesCommand, { DatabaseName: settings.lakeDatabase }, 'TableList')
  const tables = (await orUndefined(all, GONE)) ?? []
  const goes = (owner: Owner) => owner === 'ours' || (owner === 'adopted' && removing?.includeAdopted === true)
  return tables.filter(({ Parameters }) => !goes(ownerBy(Parameters)))
}

function table(env: Env, needs: readonly string[]): Resource<TableState, AwsContext> {
  const { lakeDatabase: DatabaseName, lakeTable: name, lake: wanted } = env.settings
  const grant = grantsOn(env, `database/${DatabaseName}`, `table/${DatabaseName}/${name}`)
  const put = async ({ aws }: AwsContext, TableInput: TableInput) => {
    const { UpdateTableCommand } = await glueClient()
    return aws.glue.send(new UpdateTableCommand({ DatabaseName, TableInput }))
  }
  return {
    ...inCatalog(env, needs),
    type: 'glue-table',
    name,
    summary: tableSummary,
    desired: (have) => desiredTable(env, have),
    // Its columns and partitions are theirs.
    adopted: (have) => have,
    concerns: (have, owner) => (wanted ? tableConcerns(env, have, owner) : []),
    template: (want, tags) => {
      const CatalogId = env.accountId
      const TableInput = tableInput(name, { ...want, limits: { input: undefined } }, asParameters(tags))
      const id = `${CatalogId}:${DatabaseName}:${name}`
      return [{ type: 'AWS::Glue::Table', id, properties: { CatalogId, DatabaseName, TableInput } }]
    },
    permissions: () => ({
      read: grant('GetTable'),
      write: grant('CreateTable', 'UpdateTable'),
      remove: grant('UpdateTable', 'DeleteTable'),
    }),

    async read(cx) {
      const { GetTableCommand } = await glueClient()
      const get = new GetTableCommand({ DatabaseName, Name: name })
      const found = (await orUndefined(cx.aws.glue.send(get), GONE))?.Table
      return found && { state: tableStateOf(found), owner: async () => ownerBy(found.Parameters) }
    },

    async write(cx, have) {
      const input = tableInput(name, wantedState(this, have), tagMapFor(have?.owner))
      if (have?.owner === 'unmarked') {
        const { input: theirs } = have.state.limits
        await put(cx, { ...theirs, Name: name, Parameters: { ...theirs?.Parameters, ...tagMapFor(have.owner) } })
      } else if (have) await put(cx, input)
      else {
        const { CreateTableCommand } = await glueClient()
        const create = cx.aws.glue.send(new CreateTableCommand({ DatabaseName, TableInput: input }))
        await createOnce(create, () => this.read(cx), EXISTS)
      }
    },

    async release(cx, { state: { limits } }) {
      const { input } = limits
      await orUndefined(put(cx, { ...input, Name: name, Parameters: unmarked(input?.Parameters) }), GONE)
    },

    async remove({ aws }) {
      const { DeleteTableCommand } = await glueClient()
      await orUndefined(aws.glue.send(new DeleteTableCommand({ DatabaseName, Name: name })), GONE)
    },
  }
}
