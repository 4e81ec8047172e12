-- Whether a client has a tag is asked for each client that has another one: by both, or it takes the square of their number.

CREATE INDEX client_tags_by_tag_and_client ON client_tags (tag, client_id);
