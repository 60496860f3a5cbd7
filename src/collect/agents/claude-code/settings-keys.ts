import { keyTable } from '../settings-keys.ts';

const managedOnly = ['managed'] as const;

/**
 * Keys of Claude Code's settings files with their types, from the type declarations that ship with
 * `@anthropic-ai/claude-agent-sdk` 0.3.329 (`Settings`), read 2026-11-21, and which of them count in managed settings only.
 */
export const claudeCodeKeys = keyTable(
  `
  $schema:s apiKeyHelper:s proxyAuthHelper:s awsCredentialExport:s awsAuthRefresh:s gcpAuthRefresh:s
  processWrapper:s policyHelper:m fileSuggestion:m respectGitignore:b cleanupPeriodDays:n
  desktopSessionCleanupPeriodDays:n syncClaudeAiSkills:b syncClaudeAiPlugins:b skillListingMaxDescChars:n
  skillListingBudgetFraction:n wslInheritsWindowsSettings:b env:m attribution:a attributionProject:s
  attributionProjectPolicy:m includeCoAuthoredBy:b includeGitInstructions:b permissions:m permissions.allow:l
  permissions.deny:l permissions.ask:l permissions.defaultMode:s permissions.disableBypassPermissionsMode:s
  permissions.blockReadsOutsideWorkingDirectories:b permissions.blockWritesOutsideWorkingDirectories:b
  permissions.blockReadsExemptPaths:l permissions.workingDirectoriesAsGiven:l
  permissions.workingDirectoriesExclude:l permissions.disableAutoMode:s permissions.denyInsteadOfPrompting:b
  permissions.additionalDirectories:l model:s fallbackModel:l availableModels:l enforceAvailableModels:b
  availableModelsMatch:s deniedModels:l modelOverrides:m modelPicker:m modelPricing:m
  enableAllProjectMcpServers:b enabledMcpjsonServers:l disabledMcpjsonServers:l disableClaudeAiConnectors:b
  skillOverrides:m disableBundledSkills:b managedMcpServers:m allowedMcpServers:l deniedMcpServers:l hooks:m
  worktree:m disableAllHooks:b disableReplyCheck:b disableAgentView:b disableRemoteControl:b
  disableWorkflows:b disableArtifact:b enableArtifact:b enableWorkflows:b workflowSizeGuideline:s
  workflowKeywordTriggerEnabled:b disableSkillShellExecution:b disableWindowsBashCommandSplit:b defaultShell:s
  bashEditDiffEnabled:b bashOutputMaxChars:n taskOutputMaxChars:n respondToBashCommands:b
  allowManagedHooksOnly:b allowedHttpHookUrls:l httpHookAllowedEnvVars:l allowManagedPermissionRulesOnly:b
  allowManagedMcpServersOnly:b desktopMcpServersListScope:s allowAllClaudeAiMcps:b
  allowClaudeInChromeWithManagedMcp:b strictPluginOnlyCustomization:a statusLine:m prUrlTemplate:s
  footerLinksRegexes:l subagentStatusLine:m enabledPlugins:m prependPlugins:l appendPlugins:l
  extraKnownMarketplaces:m additionalMarketplaces:m strictKnownMarketplaces:l allowedMarketplaces:l
  blockedMarketplaces:l disableCommandPluginSources:b disableSideloadFlags:b pluginSuggestionMarketplaces:l
  forceLoginMethod:s forceLoginGatewayUrl:s gatewayInternalNetworks:l parentSettingsBehavior:s
  managedSourcesBehavior:s forceLoginOrgUUID:a allowNestedModelAccessUnderForceLogin:b allowedProviders:a
  forceRemoteSettingsRefresh:b otelHeadersHelper:s outputStyle:s viewMode:s language:s skipWebFetchPreflight:b
  sandbox:m sandbox.enabled:b sandbox.failIfUnavailable:b sandbox.autoAllowBashIfSandboxed:b
  sandbox.allowUnsandboxedCommands:b sandbox.network:m sandbox.network.allowedDomains:l
  sandbox.network.deniedDomains:l sandbox.network.strictAllowlist:b sandbox.network.allowManagedDomainsOnly:b
  sandbox.network.allowUnixSockets:l sandbox.network.allowAllUnixSockets:b sandbox.network.allowLocalBinding:b
  sandbox.network.allowMachLookup:l sandbox.network.httpProxyPort:n sandbox.network.socksProxyPort:n
  sandbox.network.tlsTerminate:m sandbox.filesystem:m sandbox.filesystem.allowWrite:l
  sandbox.filesystem.denyWrite:l sandbox.filesystem.denyRead:l sandbox.filesystem.allowRead:l
  sandbox.filesystem.allowManagedReadPathsOnly:b sandbox.filesystem.disabled:b sandbox.credentials:m
  sandbox.credentials.files:l sandbox.credentials.envVars:l sandbox.credentials.allowPlaintextInject:b
  sandbox.credentials.awsPairs:l sandbox.credentials.sigv4:m sandbox.ignoreViolations:m
  sandbox.enableWeakerNestedSandbox:b sandbox.allowNestedUserNamespaces:b
  sandbox.enableWeakerNetworkIsolation:b sandbox.allowAppleEvents:b sandbox.excludedCommands:l
  sandbox.ripgrep:m sandbox.ripgrep.command:s sandbox.ripgrep.args:l sandbox.bwrapPath:s sandbox.socatPath:s
  feedbackSurveyRate:n feedbackDrafts:s spinnerTipsEnabled:b spinnerVerbs:m spinnerTipsOverride:m
  syntaxHighlightingDisabled:b maxProseWidth:n spellcheck:m terminalTitleFromRename:b promptCacheTtl:s
  subagentPromptCacheTtl:s alwaysThinkingEnabled:b effortLevel:s maxEffortLevel:s modelSettings:m ultracode:b
  autoCompactWindow:n advisorModel:s fastMode:b fastModePerSessionOptIn:b promptSuggestionEnabled:b
  emojiCompletionEnabled:b showClearContextOnPlanAccept:b askUserQuestionTimeout:s dialogExpiry:s agent:s
  companyAnnouncements:l pluginConfigs:m remote:m autoUpdatesChannel:s minimumVersion:s
  requiredMinimumVersion:s requiredMaximumVersion:s plansDirectory:s tui:s voice:m channelsEnabled:b
  allowedChannelPlugins:l prefersReducedMotion:b timeFormat:a timeZone:s autoMemoryEnabled:b
  autoMemoryDirectory:s autoDreamEnabled:b showThinkingSummaries:b skipDangerousModePermissionPrompt:b
  disableAutoMode:s sshConfigs:l sshHostCommands:l claudeMd:s claudeMdExcludes:l pluginTrustMessage:s theme:a
  editorMode:s keybindingFlavor:s vimInsertModeRemaps:m verbose:b preferredNotifChannel:s autoCompactEnabled:b
  precomputeCompactionEnabled:b idleCompaction:b switchModelsOnFlag:b autoContinueAtUsageLimit:b
  autoScrollEnabled:b wheelScrollAccelerationEnabled:b fileCheckpointingEnabled:b showTurnDuration:b
  showMessageTimestamps:b terminalProgressBarEnabled:b todoFeatureEnabled:b teammateMode:s
  remoteControlAtStartup:b isolatePeerMachines:b daemonColdStart:s crossSessionInbound:s autoUploadSessions:b
  inputNeededNotifEnabled:b agentPushNotifEnabled:b skipAutoPermissionPrompt:b useAutoModeDuringPlan:b
  autoMode:m disableDeepLinkRegistration:s voiceEnabled:b defaultView:s
  browserExternalPageTools:a disableBrowserExternalNavigation:b sshHostAllowlist:l requireCoworkFullVmSandbox:b
  delegate:a autoUpdates:b`,
  {
    allowManagedHooksOnly: managedOnly,
    allowManagedPermissionRulesOnly: managedOnly,
    allowManagedMcpServersOnly: managedOnly,
    strictKnownMarketplaces: managedOnly,
    blockedMarketplaces: managedOnly,
    forceRemoteSettingsRefresh: managedOnly,
    requiredMinimumVersion: managedOnly,
    requiredMaximumVersion: managedOnly,
    allowedProviders: managedOnly,
    policyHelper: managedOnly,
    managedMcpServers: managedOnly,
    channelsEnabled: managedOnly,
    disableSideloadFlags: managedOnly,
    'sandbox.network.allowManagedDomainsOnly': managedOnly,
    'sandbox.filesystem.allowManagedReadPathsOnly': managedOnly,
  },
);
