-- One writer at a time, so one slot.
CREATE TABLE list_states (
    slot integer NOT NULL PRIMARY KEY,
    published_posts bigint NOT NULL,
    draft_posts bigint NOT NULL,
    active_users bigint NOT NULL,
    inactive_users bigint NOT NULL,
    active_admins bigint NOT NULL,
    inactive_admins bigint NOT NULL,
    stamp blob NOT NULL
);
INSERT INTO list_states
    SELECT 1, published_posts, draft_posts, active_users, inactive_users, active_admins,
           inactive_admins, randomblob(16)
    FROM (SELECT count(*) FILTER (WHERE published) AS published_posts,
                 count(*) FILTER (WHERE NOT published) AS draft_posts
          FROM posts),
         (SELECT count(*) FILTER (WHERE role = 'USER' AND active) AS active_users,
                 count(*) FILTER (WHERE role = 'USER' AND NOT active) AS inactive_users,
                 count(*) FILTER (WHERE role = 'ADMIN' AND active) AS active_admins,
                 count(*) FILTER (WHERE role = 'ADMIN' AND NOT active) AS inactive_admins
          FROM users);

-- The totals, and the version of the lists that show published posts.
CREATE VIEW current_list_state AS
    SELECT published_posts, draft_posts, active_users, inactive_users, active_admins,
           inactive_admins, hex(stamp) AS version
    FROM list_states;

-- Posts. Lists of published posts show a change where one was or is published.
CREATE TRIGGER note_inserted_post AFTER INSERT ON posts BEGIN
    UPDATE list_states SET
        published_posts = published_posts + NEW.published,
        draft_posts = draft_posts + (NOT NEW.published),
        stamp = CASE WHEN NEW.published THEN randomblob(16) ELSE stamp END
        WHERE slot = 1;
END;
CREATE TRIGGER note_updated_post AFTER UPDATE ON posts WHEN OLD.published OR NEW.published BEGIN
    UPDATE list_states SET
        published_posts = published_posts + NEW.published - OLD.published,
        draft_posts = draft_posts + (NOT NEW.published) - (NOT OLD.published),
        stamp = randomblob(16)
        WHERE slot = 1;
END;
CREATE TRIGGER note_deleted_post AFTER DELETE ON posts BEGIN
    UPDATE list_states SET
        published_posts = published_posts - OLD.published,
        draft_posts = draft_posts - (NOT OLD.published),
        stamp = CASE WHEN OLD.published THEN randomblob(16) ELSE stamp END
        WHERE slot = 1;
END;

-- Users. Lists of posts show their names.
CREATE TRIGGER note_inserted_user AFTER INSERT ON users BEGIN
    UPDATE list_states SET
        active_users = active_users + (NEW.role = 'USER' AND NEW.active),
        inactive_users = inactive_users + (NEW.role = 'USER' AND NOT NEW.active),
        active_admins = active_admins + (NEW.role = 'ADMIN' AND NEW.active),
        inactive_admins = inactive_admins + (NEW.role = 'ADMIN' AND NOT NEW.active)
        WHERE slot = 1;
END;
CREATE TRIGGER note_updated_user AFTER UPDATE OF role, active, name ON users
    WHEN OLD.role <> NEW.role OR OLD.active <> NEW.active OR OLD.name <> NEW.name
BEGIN
    UPDATE list_states SET
        active_users = active_users
            + (NEW.role = 'USER' AND NEW.active) - (OLD.role = 'USER' AND OLD.active),
        inactive_users = inactive_users
            + (NEW.role = 'USER' AND NOT NEW.active) - (OLD.role = 'USER' AND NOT OLD.active),
        active_admins = active_admins
            + (NEW.role = 'ADMIN' AND NEW.active) - (OLD.role = 'ADMIN' AND OLD.active),
        inactive_admins = inactive_admins
            + (NEW.role = 'ADMIN' AND NOT NEW.active) - (OLD.role = 'ADMIN' AND NOT OLD.active),
        stamp = CASE WHEN OLD.name <> NEW.name THEN randomblob(16) ELSE stamp END
        WHERE slot = 1;
END;
CREATE TRIGGER note_deleted_user AFTER DELETE ON users BEGIN
    UPDATE list_states SET
        active_users = active_users - (OLD.role = 'USER' AND OLD.active),
        inactive_users = inactive_users - (OLD.role = 'USER' AND NOT OLD.active),
        active_admins = active_admins - (OLD.role = 'ADMIN' AND OLD.active),
        inactive_admins = inactive_admins - (OLD.role = 'ADMIN' AND NOT OLD.active)
        WHERE slot = 1;
END;
