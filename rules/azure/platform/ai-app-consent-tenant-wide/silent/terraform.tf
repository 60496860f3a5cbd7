resource "azuread_service_principal_delegated_permission_grant" "chatgpt" {
  service_principal_object_id          = "22222222-3333-4444-5555-666666666666"
  resource_service_principal_object_id = "33333333-4444-5555-6666-777777777777"
  claim_values                         = ["openid", "User.Read"]
}
