/** Called in the scripts of bash and zsh; prints a name a line. */
export const PROFILE_NAMES = '_bedrock_monitor_profiles'

/** Names of other characters would have to be quoted on a command line, and are left out. */
export const PROFILE_NAME = '[A-Za-z0-9_.@+-]*'

/** The profiles of the shared config files, read by sed alone: the AWS CLI takes half a second to name them. */
export const PROFILES_FUNCTION = `${PROFILE_NAMES}() {
  {
    sed -n 's/^\\[profile  *\\(${PROFILE_NAME}\\)\\].*/\\1/p; s/^\\[default\\].*/default/p' \\
      "\${AWS_CONFIG_FILE:-$HOME/.aws/config}"
    sed -n 's/^\\[\\(${PROFILE_NAME}\\)\\].*/\\1/p' "\${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
  } 2>/dev/null | sort -u
}`
