variable "name" {
  description = "Value of name"
  type        = string
  default     = "app"
}

variable "timeout" {
  description = "Value of timeout"
  type        = number
  default     = 30
}

variable "retention" {
  description = "Value of retention"
  type        = number
  default     = 345600
}

variable "kms_key_id" {
  description = "Value of kms key id"
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Value of force destroy"
  type        = bool
  default     = false
}

variable "setting_0" {
  description = "Value of setting 0"
  type        = string
  default     = "value-0"
}

variable "setting_1" {
  description = "Value of setting 1"
  type        = string
  default     = "value-1"
}

variable "setting_2" {
  description = "Value of setting 2"
  type        = string
  default     = "value-2"
}

variable "setting_3" {
  description = "Value of setting 3"
  type        = string
  default     = "value-3"
}

variable "setting_4" {
  description = "Value of setting 4"
  type        = string
  default     = "value-4"
}

variable "setting_5" {
  description = "Value of setting 5"
  type        = string
  default     = "value-5"
}

variable "setting_6" {
  description = "Value of setting 6"
  type        = string
  default     = "value-6"
}

variable "setting_7" {
  description = "Value of setting 7"
  type        = string
  default     = "value-7"
}

variable "setting_8" {
  description = "Value of setting 8"
  type        = string
  default     = "value-8"
}

variable "setting_9" {
  description = "Value of setting 9"
  type        = string
  default     = "value-9"
}

variable "setting_10" {
  description = "Value of setting 10"
  type        = string
  default     = "value-10"
}

variable "setting_11" {
  description = "Value of setting 11"
  type        = string
  default     = "value-11"
}

variable "setting_12" {
  description = "Value of setting 12"
  type        = string
  default     = "value-12"
}

variable "setting_13" {
  description = "Value of setting 13"
  type        = string
  default     = "value-13"
}

variable "setting_14" {
  description = "Value of setting 14"
  type        = string
  default     = "value-14"
}

variable "setting_15" {
  description = "Value of setting 15"
  type        = string
  default     = "value-15"
}

variable "setting_16" {
  description = "Value of setting 16"
  type        = string
  default     = "value-16"
}

variable "setting_17" {
  description = "Value of setting 17"
  type        = string
  default     = "value-17"
}
