resource "google_vertex_ai_rag_corpus" "handbook" {
  display_name = "handbook"
  region       = "europe-west4"
  vector_db_config {
    pinecone {
      index_name = "handbook"
    }
    api_auth {
      api_key_config {
        api_key_string = "pcsk_demodemodemodemodemodemodemodemodemodemodemodemo"
      }
    }
  }
}
