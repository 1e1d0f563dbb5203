"""fundapp: the system a fund for digital commons runs on, from call to evaluation."""

from datetime import timedelta

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy.exc import ArgumentError

from fundapp import features
from fundapp.config import Settings, SettingsFault
from fundapp.core import i18n, probes, web
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS, STATIC, TEMPLATES
from fundapp.core.proxies import Proxies
from fundapp.core.sessions import Sessions

csrf = CSRFProtect()
migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application: settings, extensions, blueprints, error pages; nothing else."""
    settings = settings or Settings.load()
    app = Flask("fundapp", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.jinja_environment = web.Pages
    app.session_interface = Sessions()
    _configure(app, settings)
    _connect(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    login = LoginManager(app)
    login.login_view = "accounts.login"
    login.login_message = None
    i18n.start(app)
    web.start(app)
    _listen_to_proxies(app, settings)
    app.register_blueprint(probes.bp)
    features.register(app, login)
    # Mail programs press this without a page of ours; the address itself is the proof.
    csrf.exempt("fundapp.reminders.views.stop_pages.stop_all")
    return app


def _connect(app: Flask) -> None:
    try:
        db.init_app(app)
    except (
        ArgumentError,
        ImportError,
    ) as fault:  # not an address, or one of a database we have no driver for
        known = "sqlite:///path, or postgresql://user:password@host/name"
        raise SettingsFault(f"database_url: {str(fault).rstrip('.')}; known are {known}") from fault


def _listen_to_proxies(app: Flask, settings: Settings) -> None:
    trusted, takes_start = settings.trusted_proxies, settings.proxy_sets_start
    try:
        app.wsgi_app = Proxies(app.wsgi_app, trusted, takes_start=takes_start)  # type: ignore[method-assign]
    except ValueError as fault:
        raise SettingsFault(f"trusted_proxies: {fault}") from fault


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.engine_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.engine_url),
        SETTINGS=settings,
        INSTANCE=str(settings.instance),
        BASE_URL=settings.base_url,
        NAME=settings.name,
        ZONE=settings.zone,
        LANGUAGE=settings.language,
        MAIL_URL=settings.mail_url,
        MAIL_FROM=settings.mail_from,
        MAIL_BOUNCES=settings.mail_bounces,
        FILES_URL=settings.files_url,
        FILES_KEY=settings.files_key,
        FILES_SECRET=settings.files_secret,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FILE=settings.max_file_mb * 1024 * 1024,
        MAX_ATTACHMENTS=settings.max_attachments_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_COOKIE_NAME="fundapp",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https"),
        REMEMBER_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_ENABLED=not settings.testing,
        TESTING=settings.testing,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _engine_options(url: str) -> dict[str, object]:
    if url.startswith("sqlite"):
        return {}
    # jit costs more than it saves on pages of fifty rows; see the note on speed in docs/decisions.md
    given: dict[str, object] = {"options": "-c jit=off -c timezone=UTC"}
    # A machine that vanished is given up after seconds, not after the quarter of an hour TCP would take.
    patience = {
        "connect_timeout": 5, "tcp_user_timeout": 30_000,
        "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
    }  # fmt: skip
    given |= {name: value for name, value in patience.items() if f"{name}=" not in url}
    return {"pool_pre_ping": True, "pool_timeout": 15, "connect_args": given}
