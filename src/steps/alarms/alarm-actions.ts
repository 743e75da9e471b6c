import { type Env, ownTopicArn, topicArn } from '../env.ts'

/** Whom an alarm tells of its states. */
export interface AlarmActions {
  actionsEnabled: boolean
  alarmActions: string[]
  okActions: string[]
  insufficientDataActions: string[]
}

/** The actions an alarm should have: our topic is among them or not, those that others have added stay. */
export function desiredActions(env: Env, tells: boolean, have: AlarmActions | undefined): AlarmActions {
  // Our own topic too, where another has taken its place.
  const topics = [topicArn(env), ownTopicArn(env)]
  const actions = (standing: readonly string[] = []) =>
    [...new Set([...standing.filter((action) => !topics.includes(action)), ...(tells ? [topicArn(env)] : [])])].sort()
  return {
    actionsEnabled: true,
    alarmActions: actions(have?.alarmActions),
    okActions: actions(have?.okActions),
    insufficientDataActions: have?.insufficientDataActions ?? [],
  }
}
