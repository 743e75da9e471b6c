import { randomUUID } from 'node:crypto'
import type { NamedQuery, WorkGroup } from '@aws-sdk/client-athena'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode } from '../../aws/errors.ts'
import { adoptionKeys, createOnce, OF_A_STACK, ourKeys, tagsFor, whose } from '../../aws/ownership.ts'
import { allOf } from '../../aws/pages.ts'
import { arn } from '../../aws/partitions.ts'
import { diff, equal } from '../../core/diff.ts'
import { type Concern, concernsIn, type Owner, type Resource, wantedState } from '../../core/resource.ts'
import { lakeQuestions } from '../../report/lake/questions.ts'
import { grouped } from '../../text/numbers.ts'
import type { Env } from '../env.ts'
import { heldBy } from '../held-by.ts'
import { resultsLocation } from './results-bucket.ts'

/** Athena has one code for whatever it does not like. */
const REFUSED = 'InvalidRequestException'
const DESCRIPTION = 'Queries of the Amazon Bedrock invocation log. Made by bedrock-monitor.'
/** The first line of what is ours, a comment: saved queries have no tags, and names are not unique. */
const MARK = '-- Saved by bedrock-monitor.\n'
const BATCH = 50

const athenaClient = () => import('@aws-sdk/client-athena')

type WorkGroupState = ReturnType<typeof stateOf> & {
  queries: Readonly<Record<string, string>>
  /** Known, not set. */
  limits: {
    ids?: Readonly<Record<string, string>>
    /** Names of the queries that others have saved in it, where it is to go. */
    others?: readonly string[]
  }
}

function stateOf({ State, Configuration }: WorkGroup) {
  const { OutputLocation: location, ExpectedBucketOwner: owner } = Configuration?.ResultConfiguration ?? {}
  return {
    isEnabled: State === 'ENABLED',
    isEnforced: Configuration?.EnforceWorkGroupConfiguration ?? false,
    results: { location, owner },
    mostBytes: Configuration?.BytesScannedCutoffPerQuery,
  }
}

function configurationOf({ isEnforced, results, mostBytes }: WorkGroupState) {
  return {
    EnforceWorkGroupConfiguration: isEnforced,
    BytesScannedCutoffPerQuery: mostBytes,
    ResultConfiguration: { OutputLocation: results.location, ExpectedBucketOwner: results.owner },
  }
}

function concernsOf({ settings, removing }: Env, have: WorkGroupState, owner: Owner): Concern[] {
  const name = `workgroup ${settings.lakeWorkgroup}`
  const open = [
    ...(have.isEnabled ? [] : ['is turned off']),
    ...(have.isEnforced ? [] : ['lets each query choose the settings']),
    ...(have.mostBytes === undefined ? ['has no limit of bytes'] : []),
    ...(have.results.location === undefined ? ['has no place for results'] : []),
  ]
  const message = `${name} was there before, and ${open.join(', and ')}`
  const hint = 'pass --adopt to use it as it is, or --lake-workgroup with another name to create a separate one'
  const isOpen = settings.lake && owner !== 'ours' && open.length > 0
  const { others } = have.limits
  return [
    ...concernsIn(['lake-differs', isOpen, message, hint, 'adopt']),
    ...heldBy('lake-with-others', others, `${name} has saved queries`, 'save them in another workgroup', removing),
  ]
}

/** Where the lake is asked: what a query may scan, and where its answer goes, is said here and not by whoever asks. */
export function workGroup(env: Env, needs: readonly string[]): Resource<WorkGroupState, AwsContext> {
  const { lakeWorkgroup: name, lakeDatabase, lakeTable, lakeMaxGb, lake: wanted } = env.settings
  const ResourceARN = arn(env, 'athena', env.region, env.accountId, `workgroup/${name}`)
  const grant = (...actions: string[]) =>
    wanted || env.removing ? [{ actions: actions.map((action) => `athena:${action}`), resources: [ResourceARN] }] : []
  const questions = lakeQuestions({ database: lakeDatabase, table: lakeTable })
  const queries = Object.fromEntries(questions.map((question) => [question.name, MARK + question.sql]))
  const aboutQuery = (queryName: string) => questions.find((question) => question.name === queryName)?.summary

  /** Brings our queries to what is wanted, one after the other: Athena's rate for them is low. */
  async function writeQueries(
    { aws }: AwsContext,
    want: WorkGroupState['queries'],
    have?: WorkGroupState,
  ): Promise<void> {
    const { CreateNamedQueryCommand, DeleteNamedQueryCommand, UpdateNamedQueryCommand } = await athenaClient()
    for (const [Name, QueryString] of Object.entries(want)) {
      const NamedQueryId = have?.limits.ids?.[Name]
      const query = { Name, QueryString, Description: aboutQuery(Name) }
      if (NamedQueryId === undefined) {
        // The SDK's own token is another one with each try, and a query whose answer was lost would be saved twice.
        const made = { ...query, ClientRequestToken: randomUUID(), Database: lakeDatabase, WorkGroup: name }
        await aws.athena.send(new CreateNamedQueryCommand(made))
      } else if (have?.queries[Name] !== QueryString)
        await aws.athena.send(new UpdateNamedQueryCommand({ NamedQueryId, ...query }))
    }
    for (const [Name, NamedQueryId] of Object.entries(have?.limits.ids ?? {})) {
      if (!Object.hasOwn(want, Name)) await gone(aws.athena.send(new DeleteNamedQueryCommand({ NamedQueryId })))
    }
  }

  async function tagsOf({ aws }: AwsContext) {
    const { ListTagsForResourceCommand } = await athenaClient()
    return (await aws.athena.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags ?? []
  }

  return {
    step: '2c',
    type: 'athena-workgroup',
    name,
    region: env.region,
    wanted,
    needs,
    known: ['limits'],
    untold: ['results.owner'],
    foreign: OF_A_STACK,
    summary: ({ mostBytes, results }) =>
      `at most ${mostBytes === undefined ? 'any number of bytes' : `${grouped(mostBytes / 1e9)} GB`} a query, results to ${results.location}`,
    desired: (have) => ({
      isEnabled: true,
      isEnforced: true,
      results: { location: resultsLocation(env), owner: env.accountId },
      mostBytes: Math.round(lakeMaxGb * 1e9),
      queries,
      limits: have?.limits ?? {},
    }),
    // How it is set up is theirs; what is saved in it goes beside theirs.
    adopted: (have) => ({ ...have, queries }),
    released: (have) => ({ ...have, queries: {} }),
    marks: adoptionKeys,
    concerns: (have, owner) => concernsOf(env, have, owner),

    template: (want, Tags) => {
      const about = { Name: name, Description: DESCRIPTION, RecursiveDeleteOption: true }
      const properties = { ...about, WorkGroupConfiguration: configurationOf(want), Tags }
      const saved = Object.entries(want.queries).map(([Name, QueryString]) => {
        const id = want.limits.ids?.[Name]
        const own = { Name, Description: aboutQuery(Name), Database: lakeDatabase, QueryString, WorkGroup: name }
        return { type: 'AWS::Athena::NamedQuery', ...(id !== undefined && { id }), properties: own }
      })
      return [{ type: 'AWS::Athena::WorkGroup', id: name, properties }, ...saved]
    },

    permissions: () => ({
      read: grant('GetWorkGroup', 'ListTagsForResource', 'ListNamedQueries', 'BatchGetNamedQuery'),
      write: grant(
        ...['CreateWorkGroup', 'UpdateWorkGroup', 'TagResource'],
        ...['CreateNamedQuery', 'UpdateNamedQuery', 'DeleteNamedQuery'],
      ),
      remove: grant('DeleteWorkGroup', 'DeleteNamedQuery', 'UntagResource'),
    }),

    async read(cx) {
      const { GetWorkGroupCommand } = await athenaClient()
      const found = (await gone(cx.aws.athena.send(new GetWorkGroupCommand({ WorkGroup: name }))))?.WorkGroup
      if (!found) return undefined
      const saved = await queriesIn(cx, name)
      const ours = saved.filter(({ QueryString }) => QueryString?.startsWith(MARK))
      const others = saved.filter((query) => !ours.includes(query)).map(({ Name = '' }) => Name)
      return {
        state: {
          ...stateOf(found),
          queries: Object.fromEntries(ours.map(({ Name = '', QueryString = '' }) => [Name, QueryString])),
          limits: {
            ids: Object.fromEntries(ours.map(({ Name = '', NamedQueryId = '' }) => [Name, NamedQueryId])),
            ...(env.removing && others.length > 0 && { others }),
          },
        },
        owner: async () => whose(await tagsOf(cx)),
      }
    },

    async write(cx, have) {
      const { aws } = cx
      const { CreateWorkGroupCommand, TagResourceCommand, UpdateWorkGroupCommand } = await athenaClient()
      const want = wantedState(this, have)
      if (!have) {
        const Configuration = { ...configurationOf(want), PublishCloudWatchMetricsEnabled: false }
        const made = { Name: name, Description: DESCRIPTION, Configuration, Tags: tagsFor(undefined) }
        await createOnce(aws.athena.send(new CreateWorkGroupCommand(made)), () => this.read(cx), REFUSED)
        // One whose creation was answered for by another try may have some of them.
        await writeQueries(cx, want.queries)
        return
      }
      // Before anything is added: where a run ends, nothing of ours is without its mark.
      if (have.owner === 'unmarked') {
        await aws.athena.send(new TagResourceCommand({ ResourceARN, Tags: tagsFor(have.owner, have.tagKeys) }))
      }
      const settings = ({ queries: _, limits: __, ...rest }: WorkGroupState) => rest
      if (diff(settings(have.state), settings(want)).length > 0) {
        const { ResultConfiguration, ...rest } = configurationOf(want)
        const ConfigurationUpdates = { ...rest, ResultConfigurationUpdates: ResultConfiguration }
        await aws.athena.send(new UpdateWorkGroupCommand({ WorkGroup: name, State: 'ENABLED', ConfigurationUpdates }))
      }
      if (!equal(have.state.queries, want.queries)) await writeQueries(cx, want.queries, have.state)
    },

    async release(cx, { state }) {
      await writeQueries(cx, {}, state)
      const { UntagResourceCommand } = await athenaClient()
      const TagKeys = ourKeys(await tagsOf(cx))
      if (TagKeys.length > 0) await cx.aws.athena.send(new UntagResourceCommand({ ResourceARN, TagKeys }))
    },

    async remove({ aws }) {
      const { DeleteWorkGroupCommand } = await athenaClient()
      // With what is saved in it, and the history of what was asked.
      await gone(aws.athena.send(new DeleteWorkGroupCommand({ WorkGroup: name, RecursiveDeleteOption: true })))
    },
  }
}

async function queriesIn({ aws }: AwsContext, WorkGroup: string): Promise<NamedQuery[]> {
  const { BatchGetNamedQueryCommand, ListNamedQueriesCommand } = await athenaClient()
  const ids = (await gone(allOf(aws.athena, ListNamedQueriesCommand, { WorkGroup }, 'NamedQueryIds'))) ?? []
  const found: NamedQuery[] = []
  for (let at = 0; at < ids.length; at += BATCH) {
    const NamedQueryIds = ids.slice(at, at + BATCH)
    const { NamedQueries = [] } = await aws.athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds }))
    found.push(...NamedQueries)
  }
  return found
}

/** What Athena answers, or undefined where it says that there is no such thing: it has no code for that. */
async function gone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (hasCode(error, REFUSED) && /not found|does not exist/i.test(error.message)) return undefined
    throw error
  }
}
