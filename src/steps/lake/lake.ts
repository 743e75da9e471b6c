import type { DatabaseInput, Table } from '@aws-sdk/client-glue'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { createOnce, isOurs, OF_A_STACK, ownerOf, tagMapFor, tagsOf } from '../../aws/ownership.ts'
import { itemsOf } from '../../aws/pages.ts'
import { arn } from '../../aws/partitions.ts'
import {
  type Concern,
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
import { onlyBeside } from './only-beside.ts'
import { resultsBucket } from './results-bucket.ts'
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
    const isSought = use.wanted || isRenamed(each)
    return [results, ...(isSought ? catalog : catalog.map((resource) => onlyBeside(use, resource)))]
  })
  return { id: LAKE, name: 'lake', title: 'the invocation log as a table of Athena', resources }
}

/** A lake of another name may have outlived the bucket: whoever names it is looking for it. */
function isRenamed({ settings: { lakeDatabase, lakeTable, lakeWorkgroup } }: Env): boolean {
  const { database: base, table: log, workGroup: group } = LAKE_NAMES
  return lakeDatabase !== base || lakeTable !== log || lakeWorkgroup !== group
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
  return (...actions: string[]) => [{ actions: actions.map((action) => `glue:${action}`), resources }]
}

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
  const { lakeDatabase: name, lake: wanted } = env.settings
  const asked = (grants: Grant[]) => (wanted || env.removing ? grants : [])
  const own = grantsOn(env, `database/${name}`)
  const tables = [`database/${name}`, `table/${name}/*`]
  const withTables = grantsOn(env, ...tables)
  const withAll = grantsOn(env, ...tables, `userDefinedFunction/${name}/*`)
  return {
    step: '2c',
    type: 'glue-database',
    name,
    region: env.region,
    wanted,
    needs,
    known: ['limits'],
    foreign: OF_A_STACK,
    desired: (have) => have ?? { limits: {} },
    concerns: ({ limits: { others, staying = [] } }) => [
      ...(staying.length > 0 ? [heldByStaying(name, staying)] : []),
      ...heldBy(
        'lake-with-others',
        others,
        `database ${name} has tables`,
        'move them to another database',
        env.removing,
      ),
    ],
    template: (_, tags) => [
      {
        type: 'AWS::Glue::Database',
        id: `${env.accountId}:${name}`,
        properties: {
          CatalogId: env.accountId,
          DatabaseInput: { Name: name, Description: DESCRIPTION, Parameters: asParameters(tags) },
        },
      },
    ],
    permissions: () => ({
      read: asked(own('GetDatabase')),
      write: asked(own('CreateDatabase', 'UpdateDatabase')),
      remove: asked([...own('UpdateDatabase'), ...withTables('GetTables'), ...withAll('DeleteDatabase')]),
    }),

    // AWS's clients of the lake are loaded where they are called: they are a fifth of all that a command has to load.
    async read(cx) {
      const { GetDatabaseCommand } = await import('@aws-sdk/client-glue')
      const found = (await orUndefined(cx.aws.glue.send(new GetDatabaseCommand({ Name: name })), GONE))?.Database
      if (!found) return undefined
      const owner = ownerBy(found.Parameters)
      const { Name, Description, LocationUri, Parameters, CreateTableDefaultPermissions } = found
      const input = { Name, Description, LocationUri, Parameters, CreateTableDefaultPermissions }
      const tables = env.removing ? await tablesOfOthers(cx, env) : []
      const others = tables.map(({ Name = '' }) => Name)
      const staying = tables.flatMap(({ Name = '', Parameters }) =>
        Name === env.settings.lakeTable || ownerBy(Parameters) === 'foreign' ? [Name] : [],
      )
      return { state: { limits: { input, ...(others.length > 0 && { others, staying }) } }, owner: async () => owner }
    },

    async write(cx, have) {
      const { glue } = cx.aws
      const { CreateDatabaseCommand, UpdateDatabaseCommand } = await import('@aws-sdk/client-glue')
      if (!have) {
        const DatabaseInput = { Name: name, Description: DESCRIPTION, Parameters: tagMapFor(undefined) }
        const create = glue.send(new CreateDatabaseCommand({ DatabaseInput }))
        await createOnce(create, () => this.read(cx), EXISTS)
      } else if (have.owner === 'unmarked') {
        const { input } = have.state.limits
        const DatabaseInput = { ...input, Name: name, Parameters: { ...input?.Parameters, ...tagMapFor(have.owner) } }
        await glue.send(new UpdateDatabaseCommand({ Name: name, DatabaseInput }))
      }
    },

    async release({ aws }, { state: { limits } }) {
      const { UpdateDatabaseCommand } = await import('@aws-sdk/client-glue')
      const DatabaseInput = { ...limits.input, Name: name, Parameters: unmarked(limits.input?.Parameters) }
      await orUndefined(aws.glue.send(new UpdateDatabaseCommand({ Name: name, DatabaseInput })), GONE)
    },

    async remove({ aws }) {
      const { DeleteDatabaseCommand } = await import('@aws-sdk/client-glue')
      await orUndefined(aws.glue.send(new DeleteDatabaseCommand({ Name: name })), GONE)
    },
  }
}

/** The tables that do not go by themselves. */
async function tablesOfOthers({ aws }: AwsContext, { settings, removing }: Env): Promise<Table[]> {
  const { GetTablesCommand } = await import('@aws-sdk/client-glue')
  const DatabaseName = settings.lakeDatabase
  const tables = await itemsOf(
    'glue:GetTables',
    (NextToken) => orUndefined(aws.glue.send(new GetTablesCommand({ DatabaseName, NextToken })), GONE),
    (page) => page?.NextToken,
    (page) => page?.TableList,
  )
  const goes = (owner: Owner) => owner === 'ours' || (owner === 'adopted' && removing?.includeAdopted === true)
  return tables.filter(({ Parameters }) => !goes(ownerBy(Parameters)))
}

/** Not even with what others put there: the plan says of such a table that it is left standing. */
function heldByStaying(name: string, staying: readonly string[]): Concern {
  const message = `database ${name} has tables that stay: ${staying.join(', ')}`
  const hint =
    'delete the table of a stack by its template; one that was there before setup goes with --include-adopted; then run cleanup again'
  return { code: 'lake-with-staying', message, hint, stops: 'remove' }
}

function table(env: Env, needs: readonly string[]): Resource<TableState, AwsContext> {
  const { lakeDatabase: DatabaseName, lakeTable: name, lake: wanted } = env.settings
  const asked = (grants: Grant[]) => (wanted || env.removing ? grants : [])
  const grant = grantsOn(env, `database/${DatabaseName}`, `table/${DatabaseName}/${name}`)
  const put = async ({ aws }: AwsContext, TableInput: ReturnType<typeof tableInput>) => {
    const { UpdateTableCommand } = await import('@aws-sdk/client-glue')
    return aws.glue.send(new UpdateTableCommand({ DatabaseName, TableInput }))
  }
  return {
    step: '2c',
    type: 'glue-table',
    name,
    region: env.region,
    wanted,
    needs,
    known: ['limits'],
    foreign: OF_A_STACK,
    summary: tableSummary,
    desired: (have) => desiredTable(env, have),
    // Its columns and partitions are theirs.
    adopted: (have) => have,
    concerns: (have, owner) => (wanted ? tableConcerns(env, have, owner) : []),
    template: (want, tags) => [
      {
        type: 'AWS::Glue::Table',
        id: `${env.accountId}:${DatabaseName}:${name}`,
        properties: {
          CatalogId: env.accountId,
          DatabaseName,
          TableInput: tableInput(name, { ...want, limits: {} }, asParameters(tags)),
        },
      },
    ],
    permissions: () => ({
      read: asked(grant('GetTable')),
      write: asked(grant('CreateTable', 'UpdateTable')),
      remove: asked(grant('UpdateTable', 'DeleteTable')),
    }),

    async read(cx) {
      const { GetTableCommand } = await import('@aws-sdk/client-glue')
      const found = (await orUndefined(cx.aws.glue.send(new GetTableCommand({ DatabaseName, Name: name })), GONE))
        ?.Table
      return found && { state: tableStateOf(found), owner: async () => ownerBy(found.Parameters) }
    },

    async write(cx, have) {
      const input = tableInput(name, wantedState(this, have), tagMapFor(have?.owner))
      if (have?.owner === 'unmarked') {
        const { input: theirs } = have.state.limits
        await put(cx, { ...theirs, Name: name, Parameters: { ...theirs?.Parameters, ...tagMapFor(have.owner) } })
      } else if (have) await put(cx, input)
      else {
        const { CreateTableCommand } = await import('@aws-sdk/client-glue')
        const create = cx.aws.glue.send(new CreateTableCommand({ DatabaseName, TableInput: input }))
        await createOnce(create, () => this.read(cx), EXISTS)
      }
    },

    async release(cx, { state: { limits } }) {
      const { input } = limits
      await orUndefined(put(cx, { ...input, Name: name, Parameters: unmarked(input?.Parameters) }), GONE)
    },

    async remove({ aws }) {
      const { DeleteTableCommand } = await import('@aws-sdk/client-glue')
      await orUndefined(aws.glue.send(new DeleteTableCommand({ DatabaseName, Name: name })), GONE)
    },
  }
}
