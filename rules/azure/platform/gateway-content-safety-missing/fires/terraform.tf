resource "azurerm_api_management_api_policy" "chat" {
  api_name            = "chat"
  api_management_name = "contoso-apim"
  resource_group_name = "rg-ai"

  xml_content = <<XML
  <policies>
    <inbound>
      <base />
      <set-backend-service backend-id="contoso-openai" />
      <azure-openai-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="5000" estimate-prompt-tokens="true" />
    </inbound>
  </policies>
  XML
}
